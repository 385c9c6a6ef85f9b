import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { AesSiv, words } from "./aes-siv.ts";
import { decodeId, encodeHeaderAndWords, encodeId, MAXIMUM_PACKED, packId, unpackId } from "./id-alphabet.ts";
import { IdDigest } from "./id-digest.ts";
import { deriveKey, type PseudonymKey } from "./pseudonym-keys.ts";
import { shortForm } from "./short-pseudonym.ts";
import { readUuid, uuidText } from "./uuid.ts";

/** For whom pseudonyms are made: two domains share none, so that recipients cannot join their copies. */
export interface PseudonymDomain {
  readonly tenant: string;
  readonly recipient: string;
  readonly policy: string;
}

export interface PseudonymOptions {
  /** The first makes new pseudonyms; all of them open. */
  readonly keys: readonly PseudonymKey[];
  readonly domain: PseudonymDomain;
}

/**
 * Ids ↔ pseudonyms, stateless: by the key alone. A pseudonym is a FHIR id: one byte of key id and mode, 16 of tag, up to
 * 31 of content, at 6 bits a character. A UUID gives 44 characters.
 */
export interface PseudonymCodec {
  /** The key that new pseudonyms are made with. */
  readonly keyId: number;
  seal(resourceType: string, id: string): string;
  /** `undefined` for a pseudonym of another type or domain, an unknown key, a guess, and another spelling of a good one. */
  open(resourceType: string, pseudonym: string): string | undefined;
  /** `AA-…`: 60 bits and a check character, to be read out, not to be reversed. */
  short(resourceType: string, id: string): string;
  /** Keyed digest of a text: 22 characters (128 bits), the same for the same text in this domain. */
  digest(text: string): string;
  /** Days by which this patient's dates move: from -mostDays to mostDays, never 0, always the same in this domain. */
  shiftDays(patientId: string, mostDays: number): number;
}

const MODE_UUID = 0;
const MODE_PACKED = 1;
/** Ids of more than 41 characters: a keyed hash, which nobody opens. */
const MODE_ONE_WAY = 2;

export function createPseudonymCodec(options: PseudonymOptions): PseudonymCodec {
  const sealers = new Map(options.keys.map((key) => [key.id, createSealer(key, options.domain)]));
  const current = options.keys[0];
  const sealer = current && sealers.get(current.id);
  if (sealer === undefined || current === undefined) throw new Error("PSEUDONYM_KEYS: names no key");
  return {
    keyId: current.id,
    seal: sealer.seal,
    open(resourceType, pseudonym) {
      const bytes = pseudonym.length <= 64 ? decodeId(pseudonym) : undefined;
      const header = bytes?.[0];
      if (bytes === undefined || header === undefined) return undefined;
      return sealers.get(header >> 2)?.open(resourceType, header, bytes.subarray(1));
    },
    short: sealer.short,
    digest: sealer.digest,
    shiftDays: sealer.shiftDays,
  };
}

const encoder = new TextEncoder();

/** What S2V makes of the associated data, by mode. */
interface Associated {
  readonly packed: Uint8Array;
  readonly uuid: Uint8Array;
  readonly uuidWords: Uint32Array;
}

function text(header: number, body: Uint8Array): string {
  const bytes = new Uint8Array(1 + body.length);
  bytes[0] = header;
  bytes.set(body, 1);
  return encodeId(bytes);
}

function createSealer(key: PseudonymKey, domain: PseudonymDomain) {
  const siv = new AesSiv(deriveKey(key, "pseudonym", 64));
  const oneWay = hmac.create(sha256, deriveKey(key, "one-way pseudonym", 32));
  const short = new IdDigest(deriveKey(key, "tag of short pseudonyms", 64), (...parts) =>
    label("short", ...parts),
  );
  const digest = hmac.create(sha256, deriveKey(key, "text digest", 32));
  const shift = new IdDigest(deriveKey(key, "tag of date shifts", 64), (...parts) =>
    label("shift", ...parts),
  );
  const associated = new Map<string, Associated>();
  const plain = new Uint32Array(4);
  const sealed = new Uint32Array(8);

  function label(purpose: string, ...parts: string[]): Uint8Array {
    // JSON keeps the parts apart whatever they contain.
    return encoder.encode(
      JSON.stringify([purpose, domain.tenant, domain.recipient, domain.policy, ...parts]),
    );
  }

  /** Associated data by resource type, for each header that a pseudonym of the type can have. */
  function associate(resourceType: string): Associated {
    const known = associated.get(resourceType);
    if (known !== undefined) return known;
    const packed = siv.associate(label("seal", resourceType, String(headerOf(MODE_PACKED))));
    const uuid = siv.associate(label("seal", resourceType, String(headerOf(MODE_UUID))));
    const made = { packed, uuid, uuidWords: words(uuid) };
    associated.set(resourceType, made);
    return made;
  }

  function headerOf(mode: number): number {
    return (key.id << 2) | mode;
  }

  return {
    seal(resourceType: string, id: string): string {
      const data = associate(resourceType);
      if (readUuid(id, plain)) {
        siv.sealBlock(data.uuidWords, plain, sealed);
        return encodeHeaderAndWords(headerOf(MODE_UUID), sealed);
      }
      const packed = id.length <= MAXIMUM_PACKED ? packId(id) : undefined;
      if (packed !== undefined) return text(headerOf(MODE_PACKED), siv.seal(data.packed, packed));
      const digested = oneWay
        .clone()
        .update(label("one-way", resourceType, id))
        .digest();
      return text(headerOf(MODE_ONE_WAY), digested);
    },
    open(resourceType: string, header: number, sealed: Uint8Array): string | undefined {
      const mode = header & 3;
      if (mode !== MODE_UUID && mode !== MODE_PACKED) return undefined;
      const data = associate(resourceType);
      const opened = siv.open(mode === MODE_UUID ? data.uuid : data.packed, sealed);
      if (opened === undefined) return undefined;
      return mode === MODE_UUID ? uuidText(opened) : unpackId(opened);
    },
    short(resourceType: string, id: string): string {
      return shortForm(short.of(resourceType, id));
    },
    digest(text: string): string {
      return encodeId(digest.clone().update(label("digest", text)).digest().subarray(0, 16));
    },
    shiftDays(patientId: string, mostDays: number): number {
      const bytes = shift.of("Patient", patientId);
      // 48 bits over at most some thousand days: the bias is below one in ten billion.
      let number = 0;
      for (let index = 0; index < 6; index += 1) number = number * 256 + (bytes[index] ?? 0);
      const days = (number % (2 * mostDays)) - mostDays;
      return days < 0 ? days : days + 1;
    },
  };
}
