import { createServer, type RequestListener, type Server } from "node:http";
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
  /** How long an access token is good. Default 3600 (an hour): a demonstration outlasts Keycloak's five minutes. */
  readonly accessTokenSeconds?: number;
}

export interface Issuer {
  /** `http://localhost:8788/auth/realms/aarogya` */
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly port: number;
  /** The dashboard of a gateway at this origin may have people signed in, and out. */
  serve(gatewayOrigin: string): void;
  close(): Promise<void>;
}

/**
 * An OpenID Connect issuer on loopback with Keycloak's layout. For development and tests: its secrets are public.
 * Rejects where its port is in use, or the state file cannot be read.
 */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const secrets = issuerSecrets(options.stateFile);
  const server = createServer();
  const port = await listen(server, options.port);
  const path = `/auth/realms/${options.realm ?? "aarogya"}`;
  const issuer = `http://localhost:${port}${path}`;
  const configuration = realmConfiguration({
    secrets,
    audience: options.audience ?? "aarohan-edge",
    redirectUris: options.redirectUris ?? ["http://localhost:8787/auth/callback"],
    accessTokenSeconds: options.accessTokenSeconds ?? 3600,
  });
  const provider = new Provider(issuer, configuration);
  const origins = serveOrigins(provider);
  server.on("request", createListener(provider, path));
  return {
    issuer,
    tokenUrl: `${issuer}/protocol/openid-connect/token`,
    jwksUrl: `${issuer}/protocol/openid-connect/certs`,
    port,
    serve: (gatewayOrigin) => void origins.add(gatewayOrigin),
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Gateways start after their issuer, on ports that are not known before. */
function serveOrigins(provider: Provider): Set<string> {
  const origins = new Set<string>();
  const { prototype } = provider.Client;
  const registered = prototype.redirectUriAllowed;
  prototype.redirectUriAllowed = function redirectUriAllowed(uri) {
    return registered.call(this, uri) || [...origins].some((origin) => uri === `${origin}/auth/callback`);
  };
  prototype.postLogoutRedirectUriAllowed = function postLogoutRedirectUriAllowed(uri) {
    return [...origins].some((origin) => uri === `${origin}/`);
  };
  return origins;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((listening, failed) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const inUse = cause.code === "EADDRINUSE";
      failed(inUse ? new Error(`port ${port} is in use: the issuer cannot listen there`, { cause }) : cause);
    });
    server.listen(port, "127.0.0.1", listening);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the issuer has no port");
  return address.port;
}

function createListener(provider: Provider, path: string): RequestListener {
  const callback = provider.callback();
  return function answer(request, response) {
    const url = request.url ?? "/";
    if (!url.startsWith(`${path}/`)) {
      response.writeHead(404).end();
      return;
    }
    if (url.startsWith(`${path}/interaction/`)) {
      void signIn(provider, request, response);
      return;
    }
    // The provider finds its own mount path by comparing the two.
    Object.assign(request, { originalUrl: url, url: url.slice(path.length) });
    void callback(request, response);
  };
}
