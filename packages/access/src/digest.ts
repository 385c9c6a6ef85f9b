import { base64url } from "jose";

/** SHA-256 in base64url: 43 characters. */
export async function digest(value: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
  return base64url.encode(new Uint8Array(bytes));
}
