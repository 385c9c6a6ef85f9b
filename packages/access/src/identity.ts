import { type Identity, ofClient } from "@aarohan/contract";
import type { JWTPayload } from "jose";
import { type AccessConfig, DEFAULT_AUTHORISING_CLAIMS, type IssuerConfig } from "./access-config.ts";
import { authorisationOf } from "./authorisation.ts";
import { digest } from "./digest.ts";
import { tokenInvalid } from "./refusal.ts";
import { type RoleClaims, rolesOf } from "./roles.ts";

const MAXIMUM_CLAIM_LENGTH = 512;
const TENANT = /^[A-Za-z0-9_-]{1,64}$/;

/** Verified claims → who asks. Throws `token-invalid` where they name nobody, or no tenant that can be one. */
export async function identityOf(
  claims: JWTPayload,
  issuer: IssuerConfig,
  config: AccessConfig,
): Promise<Identity> {
  const client = text(claims.azp) ?? text(claims.client_id);
  const subject = text(claims.sub) ?? (client === undefined ? undefined : `client:${client}`);
  const tenant = claims[issuer.tenantClaim ?? "partition_id"] ?? "default";
  if (subject === undefined || typeof tenant !== "string" || !TENANT.test(tenant)) throw tokenInvalid();
  // A prefix, so that no user can have a subject that reads like another's client.
  const clientId = client ?? `subject:${subject}`;
  const scopes = scopesOf(claims);
  return {
    issuer: issuer.issuer,
    subject,
    clientId,
    tenant,
    roles: rolesOf(roleClaims(claims, issuer.issuer, scopes), config.roleMappings),
    scopes,
    authorisation: authorisationOf(claims, config.authorisingClaims ?? DEFAULT_AUTHORISING_CLAIMS),
    recipient: recipientOf(clientId, issuer.issuer, config),
    userKey: await userKeyOf(issuer.issuer, subject, tenant),
    expiresAtSeconds: claims.exp ?? 0,
  };
}

/** A client id is unique to its issuer alone (RFC 6749 §2.2), and a group's name may be some client's id. */
function recipientOf(clientId: string, issuer: string, { recipients = {} }: AccessConfig): string {
  const group = ofClient(recipients, { issuer, clientId });
  return group === undefined ? `client:${issuer}#${clientId}` : `group:${group}`;
}

function roleClaims(claims: JWTPayload, issuer: string, scopes: readonly string[]): RoleClaims {
  return {
    issuer,
    realmRoles: texts(record(claims.realm_access).roles),
    clientRoles: new Map(
      Object.entries(record(claims.resource_access)).map(([client, access]) => [
        client,
        texts(record(access).roles),
      ]),
    ),
    permissionArguments: texts(claims.permission_argument),
    scopes,
  };
}

/** `scope` (RFC 8693 §4.2), and `scp` as some issuers call it; as a text or a list. Throws where it is neither. */
function scopesOf(claims: JWTPayload): string[] {
  return [claims.scope, claims.scp].flatMap((value) => {
    if (value === undefined) return [];
    const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
    return parts.flatMap((part) => {
      // What is not understood cannot be obeyed: it might narrow.
      if (typeof part !== "string") throw tokenInvalid();
      return part.split(/\s+/).filter(Boolean);
    });
  });
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= MAXIMUM_CLAIM_LENGTH
    ? value
    : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Key of a user's limits: the same user of another tenant is another. */
export function userKeyOf(issuer: string, subject: string, tenant: string): Promise<string> {
  return digest(`${issuer}\n${subject}\n${tenant}`);
}
