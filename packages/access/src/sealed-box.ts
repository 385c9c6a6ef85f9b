import { base64url } from "jose";

const NONCE_BYTES = 12;

/** Seals values with AES-256-GCM (NIST SP 800-38D) and a random nonce of 96 bits each. */
export interface SealedBox {
  /** `binding` is associated data: what is sealed opens with the same alone. */
  seal(value: unknown, binding: readonly string[]): Promise<string>;
  /** `undefined` for what is altered, or was sealed by another key or binding. */
  open(sealed: string, binding: readonly string[]): Promise<unknown>;
}

/** `keyBytes`: 32 bytes. */
export async function createSealedBox(keyBytes: Uint8Array<ArrayBuffer>): Promise<SealedBox> {
  const key = await crypto.subtle.importKey("raw", keyBytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  return {
    async seal(value, binding) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const text = new TextEncoder().encode(JSON.stringify(value));
      const sealed = await crypto.subtle.encrypt(parameters(nonce, binding), key, text);
      const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength);
      bytes.set(nonce);
      bytes.set(new Uint8Array(sealed), NONCE_BYTES);
      return base64url.encode(bytes);
    },
    async open(sealed, binding) {
      try {
        const bytes = Uint8Array.from(base64url.decode(sealed));
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const text = await crypto.subtle.decrypt(
          parameters(nonce, binding),
          key,
          bytes.subarray(NONCE_BYTES),
        );
        return JSON.parse(new TextDecoder().decode(text));
      } catch {
        return undefined;
      }
    },
  };
}

function parameters(iv: Uint8Array<ArrayBuffer>, binding: readonly string[]) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(JSON.stringify(binding)) };
}

/** A key of 32 bytes of its own for each purpose (HKDF with SHA-256, RFC 5869). */
export async function derivedKey(
  keyBytes: Uint8Array<ArrayBuffer>,
  purpose: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", keyBytes, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode(`aarohan-edge ${purpose}`);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }, key, 256),
  );
}
