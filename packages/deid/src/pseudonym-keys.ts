import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** A secret of at least 32 bytes, and the number (0 to 51) that pseudonyms name it by. */
export interface PseudonymKey {
  readonly id: number;
  readonly secret: Uint8Array;
}

/** Most key ids: a pseudonym's first character names its key, and must be a letter. */
const KEY_IDS = 52;

/**
 * `"1:BASE64URL,0:BASE64URL"`: the first key makes new pseudonyms, the others still open older ones. Throws an Error
 * that names the setting and never the secret.
 */
export function parsePseudonymKeys(text: string): PseudonymKey[] {
  const keys = text.split(",").map((part) => parseKey(part.trim()));
  if (new Set(keys.map((key) => key.id)).size !== keys.length) throw problem("names a key id twice");
  return keys;
}

function parseKey(text: string): PseudonymKey {
  const [, id = "", secret = ""] = /^(\d{1,2}):([A-Za-z0-9_-]{43,})=*$/.exec(text) ?? [];
  if (id === "" || Number(id) >= KEY_IDS)
    throw problem("is id:secret[,id:secret], ids 0 to 51, secrets base64url");
  const bytes = Uint8Array.from(atob(secret.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
    c.charCodeAt(0),
  );
  if (bytes.length < 32) throw problem("has a secret of fewer than 32 bytes");
  return { id: Number(id), secret: bytes };
}

function problem(what: string): Error {
  return new Error(`PSEUDONYM_KEYS: ${what}`);
}

/** One key per purpose from one secret (HKDF-SHA-256, RFC 5869). */
export function deriveKey(key: PseudonymKey, purpose: string, bytes: number): Uint8Array {
  return hkdf(sha256, key.secret, undefined, new TextEncoder().encode(`aarohan-edge ${purpose} v1`), bytes);
}
