import { base64url } from "jose";
import { digest } from "./digest.ts";
import { createSealedBox, derivedKey, type SealedBox } from "./sealed-box.ts";

const ID_BYTES = 32;
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits: all that a browser holds of a session. */
export function newSessionId(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
}

export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text);
}

/** Under which name the session is kept: from it nobody gets back to the id. */
export function sessionNameOf(id: string): Promise<string> {
  return digest(id);
}

/** Opens what is kept of the session: only who brings the id can, so that a copy of the storage holds nobody's tokens. */
export async function sessionBox(id: string): Promise<SealedBox> {
  return createSealedBox(await derivedKey(Uint8Array.from(base64url.decode(id)), "session"));
}
