import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { deriveKey, type PseudonymKey } from "../pseudonym-keys.ts";

/** 32 random bits of a cell's name, the same for the same cell of a tenant as long as the key is. */
export function createCellKeys(key: PseudonymKey, tenant: string): (cell: string) => number {
  const keyed = hmac.create(sha256, deriveKey(key, `published cells of ${tenant}`, 32));
  return (cell) => {
    const digest = keyed.clone().update(new TextEncoder().encode(cell)).digest();
    return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
  };
}
