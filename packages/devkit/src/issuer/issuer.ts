import { createServer } from "node:http";
import Provider from "oidc-provider";
import { realmConfiguration } from "./configuration.ts";
import { signIn } from "./sign-in.ts";
import { issuerSecrets } from "./signing-keys.ts";

export interface IssuerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Keeps signing keys between starts. Default: fresh ones. */
  readonly stateFile?: string;
  /** Default `aarohan-edge`. */
  readonly audience?: string;
  /** Default `aarogya`. */
  readonly realm?: string;
  /** Where the dashboard's client may be sent back to. Default the demo's. */
  readonly redirectUris?: readonly string[];
}

export interface Issuer {
  /** `http://localhost:8788/auth/realms/aarogya` */
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  close(): Promise<void>;
}

/** An OpenID Connect issuer on loopback with Keycloak's layout. For development and tests: its secrets are public. */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const path = `/auth/realms/${options.realm ?? "aarogya"}`;
  const server = createServer();
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(options.port, "127.0.0.1", listening);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the issuer has no port");
  const issuer = `http://localhost:${address.port}${path}`;
  const provider = new Provider(
    issuer,
    realmConfiguration({
      secrets: issuerSecrets(options.stateFile),
      audience: options.audience ?? "aarohan-edge",
      redirectUris: options.redirectUris ?? ["http://localhost:8787/auth/callback"],
    }),
  );
  const callback = provider.callback();
  server.on("request", (request, response) => {
    const url = request.url ?? "/";
    if (!url.startsWith(`${path}/`)) {
      response.writeHead(404).end();
      return;
    }
    if (url.startsWith(`${path}/interaction/`)) {
      signIn(provider, request, response).catch(() => response.writeHead(400).end());
      return;
    }
    // The provider finds its own mount path by comparing the two.
    Object.assign(request, { originalUrl: url, url: url.slice(path.length) });
    void callback(request, response);
  });
  return {
    issuer,
    tokenUrl: `${issuer}/protocol/openid-connect/token`,
    jwksUrl: `${issuer}/protocol/openid-connect/certs`,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
