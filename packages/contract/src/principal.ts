import type { Role } from "./role.ts";

/** Who asks, as verified from an access token (RFC 9068, OpenID Connect). Nothing in it comes from elsewhere. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** OAuth client (`azp`, else `client_id`). */
  readonly clientId: string;
  /** Partition of the programme's server; `"default"` where the token names none. */
  readonly tenant: string;
  /** All roles that the token holds, the most restrictive first; empty for a token without a mapped role. */
  readonly roles: readonly Role[];
  readonly scopes: readonly string[];
  /** Whose data a healthcare provider may see, by the token's own claims. */
  readonly authorisation: Authorisation;
  /** For whom pseudonyms are made: the client, or the group of clients that the operator declared. */
  readonly recipient: string;
  /** Key of this user's limits: issuer, subject and tenant, hashed, 43 characters of base64url. */
  readonly userKey: string;
  /** When the token expires, in seconds since 1970. */
  readonly expiresAtSeconds: number;
}

/** Whose data a token authorises to see. `none`: nobody's. */
export type Authorisation =
  | { readonly kind: "none" }
  /** These patients, by id. */
  | { readonly kind: "patients"; readonly ids: readonly string[] }
  /** The patients whose general practitioners these are, by id. */
  | { readonly kind: "generalPractitioners"; readonly ids: readonly string[] }
  /** What the programme's server has tagged so (`meta.tag`): a care team's, a place's. */
  | { readonly kind: "tags"; readonly system: string; readonly codes: readonly string[] };

/** An identity and the role in which it is served. */
export interface Principal extends Identity {
  readonly role: Role;
}

/**
 * What a setting says of the client: under `issuer#client`, else under the client's id alone, which counts at any issuer
 * (client ids are unique to their issuer, RFC 6749 §2.2).
 */
export function ofClient<Value>(
  said: Readonly<Record<string, Value>>,
  { issuer, clientId }: Pick<Identity, "issuer" | "clientId">,
): Value | undefined {
  const name = `${issuer}#${clientId}`;
  if (Object.hasOwn(said, name)) return said[name];
  return Object.hasOwn(said, clientId) ? said[clientId] : undefined;
}
