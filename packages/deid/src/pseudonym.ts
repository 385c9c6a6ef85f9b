import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { AesSiv } from "./aes-siv.ts";
import { decodeId, encodeId, MAXIMUM_PACKED, packId, unpackId } from "./id-alphabet.ts";
import { deriveKey, type PseudonymKey } from "./pseudonym-keys.ts";
import { shortForm } from "./short-pseudonym.ts";

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
}

const MODE_UUID = 0;
const MODE_PACKED = 1;
/** Ids of more than 41 characters: a keyed hash, which nobody opens. */
const MODE_ONE_WAY = 2;

/** Pseudonyms kept per codec: a page refers to the same patient many times. At most about 2 MB. */
const MOST_CACHED = 8192;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function createPseudonymCodec(options: PseudonymOptions): PseudonymCodec {
  const sealers = new Map(options.keys.map((key) => [key.id, createSealer(key, options.domain)]));
  const current = options.keys[0];
  const sealer = current && sealers.get(current.id);
  if (sealer === undefined || current === undefined) throw new Error("PSEUDONYM_KEYS: names no key");
  const cache = new Map<string, string>();
  return {
    keyId: current.id,
    seal(resourceType, id) {
      const name = `${resourceType}/${id}`;
      const known = cache.get(name);
      if (known !== undefined) return known;
      if (cache.size >= MOST_CACHED) cache.clear();
      const pseudonym = sealer.seal(resourceType, id);
      cache.set(name, pseudonym);
      return pseudonym;
    },
    open(resourceType, pseudonym) {
      const bytes = pseudonym.length <= 64 ? decodeId(pseudonym) : undefined;
      const header = bytes?.[0];
      if (bytes === undefined || header === undefined) return undefined;
      return sealers.get(header >> 2)?.open(resourceType, header, bytes.subarray(1));
    },
    short: sealer.short,
  };
}

function createSealer(key: PseudonymKey, domain: PseudonymDomain) {
  const siv = new AesSiv(deriveKey(key, "pseudonym", 64));
  const oneWay = hmac.create(sha256, deriveKey(key, "one-way pseudonym", 32));
  const short = hmac.create(sha256, deriveKey(key, "short pseudonym", 32));
  const associated = new Map<string, Uint8Array>();

  function label(purpose: string, ...parts: string[]): Uint8Array {
    // JSON keeps the parts apart whatever they contain.
    return new TextEncoder().encode(
      JSON.stringify([purpose, domain.tenant, domain.recipient, domain.policy, ...parts]),
    );
  }

  function associate(resourceType: string, header: number): Uint8Array {
    const name = `${header} ${resourceType}`;
    const data = associated.get(name) ?? siv.associate(label("seal", resourceType, String(header)));
    associated.set(name, data);
    return data;
  }

  return {
    seal(resourceType: string, id: string): string {
      const content = contentOf(id);
      const header = (key.id << 2) | content.mode;
      const body =
        content.mode === MODE_ONE_WAY
          ? oneWay
              .clone()
              .update(label("one-way", resourceType, id))
              .digest()
          : siv.seal(associate(resourceType, header), content.bytes);
      const bytes = new Uint8Array(1 + body.length);
      bytes[0] = header;
      bytes.set(body, 1);
      return encodeId(bytes);
    },
    open(resourceType: string, header: number, sealed: Uint8Array): string | undefined {
      const mode = header & 3;
      if (mode !== MODE_UUID && mode !== MODE_PACKED) return undefined;
      const plain = siv.open(associate(resourceType, header), sealed);
      if (plain === undefined) return undefined;
      return mode === MODE_UUID ? uuidText(plain) : unpackId(plain);
    },
    short(resourceType: string, id: string): string {
      return shortForm(
        short
          .clone()
          .update(label("short", resourceType, id))
          .digest(),
      );
    },
  };
}

function contentOf(id: string): { readonly mode: number; readonly bytes: Uint8Array } {
  if (UUID.test(id)) return { mode: MODE_UUID, bytes: uuidBytes(id) };
  const packed = id.length <= MAXIMUM_PACKED ? packId(id) : undefined;
  return packed === undefined
    ? { mode: MODE_ONE_WAY, bytes: new Uint8Array() }
    : { mode: MODE_PACKED, bytes: packed };
}

function uuidBytes(uuid: string): Uint8Array {
  const hex = uuid.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
}

function uuidText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 16) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
