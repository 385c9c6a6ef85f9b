/** How the gateway shows itself to the programme's server. */
export type Credentials =
  | { readonly kind: "none" }
  /** The caller's own access token is passed on. */
  | { readonly kind: "forward" }
  /** OAuth 2.0 client credentials (RFC 6749 §4.4), the secret in the body (§2.3.1). */
  | {
      readonly kind: "client-credentials";
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string;
    };

export interface UpstreamConfig {
  /** FHIR base URL, with or without a slash at its end; http or https, without user, query and fragment. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** Bound of a whole exchange: token, retries, pauses and body included. Default 30,000 (30 s). */
  readonly timeoutMilliseconds?: number;
  /** Default 32 MiB. */
  readonly maximumPageBytes?: number;
  /** Default 4 MiB. */
  readonly maximumResourceBytes?: number;
  /** Passes over larger resources of a page, and counts them, instead of refusing the page. Default false. */
  readonly passOverOversized?: boolean;
  /** Further attempts after a dropped connection or a 502, 503 or 504. Default 1. */
  readonly retries?: number;
  /** Default `aarohan-edge`. */
  readonly userAgent?: string;
  /** Other base URLs under which the same server writes its links. Default none. */
  readonly linkAliases?: readonly string[];
}

/** What the client needs of its surroundings. */
export interface UpstreamPorts {
  /** Must obey the signal that it is given, as the platform's does. */
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Ends early, without an error, when the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}
