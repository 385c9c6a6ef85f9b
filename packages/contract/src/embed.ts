import type { Widget } from "./programme-settings.ts";

/** What a page of another origin may show: one widget of one Measure. */
export interface EmbedScope {
  readonly widget: Widget;
  /** Id of a Measure. */
  readonly measure: string;
  /** As `state` or `state|district`; absent: any, and all of them. */
  readonly region?: string;
}

/** What an embed token grants, and to whose pages. */
export interface EmbedGrant extends EmbedScope {
  readonly tenant: string;
  /** Exactly as browsers write it in `Origin`. */
  readonly origin: string;
}

/** Longest life of an embed token, in minutes. */
export const MOST_EMBED_MINUTES = 10;

/** Answer of `POST /embed/tokens`. */
export interface EmbedTokenAnswer {
  readonly token: string;
  /** ISO 8601 instant. */
  readonly expiresAt: string;
}
