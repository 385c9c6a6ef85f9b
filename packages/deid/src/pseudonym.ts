import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { AesSiv, type Associated } from "./aes-siv.ts";
import { decodeId, encodeId, MAXIMUM_PACKED, packId, unpackId } from "./id-alphabet.ts";
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

/** A pseudonym's bytes: header, tag, content. */
const TAG = 16;
const LONGEST_CONTENT = 31;

/** What the tag is bound to, by mode. */
interface Modes {
  readonly packed: Associated;
  readonly uuid: Associated;
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
  const associated = new Map<string, Modes>();
  const plain = new Uint8Array(LONGEST_CONTENT);
  const sealed = new Uint8Array(1 + TAG + LONGEST_CONTENT);
  const sealedView = new DataView(sealed.buffer);

  function label(purpose: string, ...parts: string[]): Uint8Array {
    // JSON keeps the parts apart whatever they contain.
    return encoder.encode(
      JSON.stringify([purpose, domain.tenant, domain.recipient, domain.policy, ...parts]),
    );
  }

  /** Associated data by resource type, for each header that a pseudonym of the type can have. */
  function associate(resourceType: string): Modes {
    const known = associated.get(resourceType);
    if (known !== undefined) return known;
    const bound = (mode: number) => siv.associate(label("seal", resourceType, String(headerOf(mode))));
    const made = { packed: bound(MODE_PACKED), uuid: bound(MODE_UUID) };
    associated.set(resourceType, made);
    return made;
  }

  function headerOf(mode: number): number {
    return (key.id << 2) | mode;
  }

  function sealedText(mode: number, data: Associated, length: number): string {
    sealed[0] = headerOf(mode);
    siv.sealInto(data, plain, length, sealedView, 1);
    return encodeId(sealed, 1 + TAG + length);
  }

  /** Of an id that is too long to be sealed. */
  function oneWayText(resourceType: string, id: string): string {
    const digested = oneWay
      .clone()
      .update(label("one-way", resourceType, id))
      .digest();
    return encodeId(Uint8Array.of(headerOf(MODE_ONE_WAY), ...digested));
  }

  return {
    seal(resourceType: string, id: string): string {
      const modes = associate(resourceType);
      if (readUuid(id, plain)) return sealedText(MODE_UUID, modes.uuid, 16);
      const length = id.length <= MAXIMUM_PACKED ? packId(id, plain) : -1;
      if (length >= 0) return sealedText(MODE_PACKED, modes.packed, length);
      return oneWayText(resourceType, id);
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
