import { createSealedBox } from "@aarohan/access";
import { EdgeError } from "@aarohan/contract";
import type { OutputFormat } from "@aarohan/fhir";
import type { ShownPlace } from "@aarohan/pipeline";

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

/** Seals and opens page links. */
export interface PageLinks {
  seal(link: PageLink, binding: PageLinkBinding): Promise<string>;
  /** Throws `page-expired` for a link that is expired, altered, or another's: the answer does not tell which. */
  open(token: string, binding: PageLinkBinding, nowSeconds: number): Promise<PageLink>;
}

export async function createPageLinks(keyBytes: Uint8Array<ArrayBuffer>): Promise<PageLinks> {
  const box = await createSealedBox(keyBytes);
  return {
    seal: (link, binding) => box.seal(link, binding),
    async open(token, binding, nowSeconds) {
      // What opens was sealed here.
      const link = (await box.open(token, binding)) as PageLink | undefined;
      if (link === undefined || link.expiresAtSeconds < nowSeconds) {
        throw new EdgeError("page-expired", "This page link is not valid, or no longer: repeat the search.", {
          parameter: "_page",
        });
      }
      return link;
    },
  };
}
