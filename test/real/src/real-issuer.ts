import { createServer } from "node:http";
import { forwardTo, type Issuer, type IssuerOptions } from "@aarohan/devkit";
import { administer, type KeycloakAddress } from "./keycloak.ts";
import { REALM } from "./realm.ts";

const DEFAULT_ACCESS_TOKEN_SECONDS = 3600;

/** Keycloak's realm as the issuer of one stack, at an address of its own, which closes with the stack. */
export async function startRealIssuer(
  keycloak: KeycloakAddress,
  { port: wanted, accessTokenSeconds = DEFAULT_ACCESS_TOKEN_SECONDS }: IssuerOptions,
): Promise<Issuer> {
  await administer(keycloak, "PUT", `/realms/${REALM}`, { accessTokenLifespan: accessTokenSeconds });
  const server = createServer(forwardTo(Number(new URL(keycloak.url).port)));
  await new Promise<void>((listening) => server.listen(wanted, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the issuer has no port");
  const { port } = address;
  const issuer = `http://localhost:${port}/auth/realms/${REALM}`;
  return {
    issuer,
    tokenUrl: `${issuer}/protocol/openid-connect/token`,
    jwksUrl: `${issuer}/protocol/openid-connect/certs`,
    port,
    // The realm admits the callback of a gateway on loopback at any port.
    serve: () => undefined,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
