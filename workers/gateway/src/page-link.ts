import { EdgeError } from "@aarohan/contract";
import type { OutputFormat } from "@aarohan/fhir";
import type { ShownPlace } from "@aarohan/pipeline";
import { fromBase64url, toBase64url } from "./base64url.ts";

/** What a page link holds, sealed: nobody but the gateway reads or changes it. */
export interface PageLink {
  readonly place: ShownPlace;
  /** When the first page was asked for, in milliseconds since 1970. */
  readonly started: number;
  /** Entries per page. */
  readonly count: number;
  /** Output format and layout of the first page. */
  readonly format: OutputFormat;
  readonly pretty: boolean;
  /** The search of the first page as it was understood: each page is checked and ordered by it. */
  readonly search: readonly (readonly [name: string, value: string])[];
  /** When it ceases to be followed, in seconds since 1970. */
  readonly expiresAtSeconds: number;
}

/**
 * Whom a link serves: it opens for the same tenant, user, role, scopes, policy and resource type alone, as associated data
 * of the seal.
 */
export type PageLinkBinding = readonly string[];

const NONCE_BYTES = 12;

/** Seals and opens page links with AES-256-GCM (NIST SP 800-38D) and a random nonce of 96 bits each. */
export interface PageLinks {
  seal(link: PageLink, binding: PageLinkBinding): Promise<string>;
  /** Throws `page-expired` for a link that is expired, altered, or another's: the answer does not tell which. */
  open(token: string, binding: PageLinkBinding, nowSeconds: number): Promise<PageLink>;
}

export async function createPageLinks(keyBytes: Uint8Array<ArrayBuffer>): Promise<PageLinks> {
  const key = await crypto.subtle.importKey("raw", keyBytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  return {
    async seal(link, binding) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const text = new TextEncoder().encode(JSON.stringify(link));
      const sealed = await crypto.subtle.encrypt(parameters(nonce, binding), key, text);
      const token = new Uint8Array(NONCE_BYTES + sealed.byteLength);
      token.set(nonce);
      token.set(new Uint8Array(sealed), NONCE_BYTES);
      return toBase64url(token);
    },
    async open(token, binding, nowSeconds) {
      const link = await unseal(key, token, binding);
      if (link === undefined || link.expiresAtSeconds < nowSeconds) {
        throw new EdgeError("page-expired", "This page link is not valid, or no longer: repeat the search.", {
          parameter: "_page",
        });
      }
      return link;
    },
  };
}

async function unseal(
  key: CryptoKey,
  token: string,
  binding: PageLinkBinding,
): Promise<PageLink | undefined> {
  try {
    const bytes = fromBase64url(token);
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const text = await crypto.subtle.decrypt(parameters(nonce, binding), key, bytes.subarray(NONCE_BYTES));
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}

function parameters(iv: Uint8Array<ArrayBuffer>, binding: PageLinkBinding) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(JSON.stringify(binding)) };
}
