/** How the gateway shows itself to the programme's server. */
export type Credentials =
  | { readonly kind: "none" }
  /** The caller's own access token is passed on. */
  | { readonly kind: "forward" }
  /** OAuth 2.0 client credentials (RFC 6749 §4.4). */
  | {
      readonly kind: "client-credentials";
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string;
    };

export interface UpstreamConfig {
  /** FHIR base URL, with or without a slash at its end. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** Bound of a whole exchange, retry and body included. Default 30,000 (30 s). */
  readonly timeoutMilliseconds?: number;
  /** Default 32 MiB. */
  readonly maximumPageBytes?: number;
  /** Default 4 MiB. */
  readonly maximumResourceBytes?: number;
  /** Other base URLs under which the same server writes its links. Default none. */
  readonly linkAliases?: readonly string[];
}

/** What the client needs of its surroundings. */
export interface UpstreamPorts {
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}
