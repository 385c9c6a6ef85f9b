import type { UnknownObject } from "oidc-provider";
import { DEMO_CLIENTS, DEMO_USERS } from "./demo-people.ts";

/** What Keycloak adds to an access token, for a demo user or, without one, for the client's service account. */
export function keycloakClaims(username: string | undefined, clientId: string | undefined): UnknownObject {
  const user = DEMO_USERS.find((known) => known.username === username);
  const client = DEMO_CLIENTS.find((known) => known.id === clientId);
  const holder = user ?? client;
  return {
    ...holder?.claims,
    typ: "Bearer",
    azp: clientId,
    preferred_username: user?.username ?? `service-account-${clientId}`,
    realm_access: { roles: [...(holder?.roles ?? [])] },
  };
}
