import { createServer } from "node:http";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

const ROLE_NAMES = {
  analyst: "aarohan-analyst",
  provider: "aarohan-provider",
  viewer: "aarohan-viewer",
  administrator: "aarohan-administrator",
} as const;

export type DemoRole = keyof typeof ROLE_NAMES;

/** An issuer for tests and benches: each token is another user's, so that limits do not cross from one to the next. */
export interface TokenMint {
  readonly issuer: string;
  readonly jwksUri: string;
  /** A token of Keycloak's shape; `claims` overrides any of it. */
  mint(role: DemoRole, claims?: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

export async function startTokenMint(): Promise<TokenMint> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "test-1", alg: "ES256", use: "sig" };
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const issuer = `http://127.0.0.1:${address.port}/auth/realms/test`;
  return {
    issuer,
    jwksUri: `${issuer}/protocol/openid-connect/certs`,
    mint(role, claims = {}) {
      const user = crypto.randomUUID();
      return new SignJWT({
        azp: `client-${role}`,
        typ: "Bearer",
        scope: "openid profile email",
        realm_access: { roles: [ROLE_NAMES[role]] },
        iss: issuer,
        sub: user,
        aud: "aarohan-edge",
        exp: Math.floor(Date.now() / 1000) + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: "ES256", kid: "test-1", typ: "JWT" })
        .setIssuedAt()
        .sign(privateKey);
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
