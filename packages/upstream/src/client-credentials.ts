import { EdgeError } from "@aarohan/contract";
import { discardBody, readBounded } from "./bounded-body.ts";
import type { Credentials } from "./upstream-config.ts";

type ClientCredentials = Extract<Credentials, { kind: "client-credentials" }>;

export interface TokenSource {
  /** An access token that is good for another half minute at least, unless it is issued for less. */
  token(signal: AbortSignal): Promise<string>;
  /** Forgets a token that the server refused, unless another has taken its place. */
  forget(token: string): void;
}

interface IssuedToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
}

/** Renewed this long before it expires, in milliseconds. */
const MARGIN_MILLISECONDS = 30_000;

/** Where the issuer does not say how long its token is good (RFC 6749 §5.1 leaves it out in places). */
const DEFAULT_LIFETIME_SECONDS = 60;

const MAXIMUM_ANSWER_BYTES = 64 * 1024;

/**
 * Access tokens by client credentials, kept until shortly before they expire. Requests that come while none is kept
 * each fetch their own: a fetch that belongs to one request must not be awaited by another, which would hang if the
 * first were cut off.
 */
export function createTokenSource(
  credentials: ClientCredentials,
  fetcher: typeof fetch,
  now: () => number,
): TokenSource {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return {
    async token(signal) {
      const askedAt = now();
      if (kept !== undefined && kept.until > askedAt) return kept.token;
      const { token, lifetimeSeconds } = await requestToken(credentials, fetcher, signal);
      kept = { token, until: askedAt + lifetimeSeconds * 1000 - MARGIN_MILLISECONDS };
      return token;
    },
    forget(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
}

async function requestToken(
  credentials: ClientCredentials,
  fetcher: typeof fetch,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const response = await ask(credentials, fetcher, signal).catch(() => {
    throw unreachable();
  });
  if (response.status !== 200) {
    discardBody(response);
    throw response.status === 429 || response.status >= 500 ? unreachable() : refused();
  }
  const bytes = await readBounded(response, MAXIMUM_ANSWER_BYTES);
  return readToken(parseJson(bytes ?? new Uint8Array()));
}

function ask(credentials: ClientCredentials, fetcher: typeof fetch, signal: AbortSignal): Promise<Response> {
  const { tokenUrl, clientId, clientSecret, scope } = credentials;
  return fetcher(tokenUrl, {
    method: "POST",
    // A redirect would carry the secret elsewhere.
    redirect: "manual",
    signal,
    headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      ...(scope === undefined ? {} : { scope }),
    }).toString(),
  });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // The parser's message quotes the text, which may hold a token.
    throw refused();
  }
}

/** RFC 6749 §5.1; a type other than Bearer must not be used by who does not understand it (§7.1). */
function readToken(answer: unknown): IssuedToken {
  if (typeof answer !== "object" || answer === null) throw refused();
  const fields: Readonly<Record<string, unknown>> = { ...answer };
  const { access_token: token, token_type: type, expires_in: lifetime } = fields;
  if (typeof token !== "string" || !isBearerToken(token)) throw refused();
  if (type !== undefined && String(type).toLowerCase() !== "bearer") throw refused();
  return { token, lifetimeSeconds: typeof lifetime === "number" ? lifetime : DEFAULT_LIFETIME_SECONDS };
}

/** RFC 6750 §2.1, `b64token`: nothing that could end the header. */
function isBearerToken(text: string): boolean {
  return /^[\w.~+/-]+=*$/.test(text);
}

function refused(): EdgeError {
  return new EdgeError(
    "upstream-refused",
    "The gateway got no access token for the programme's server: check its client credentials.",
  );
}

function unreachable(): EdgeError {
  return new EdgeError(
    "upstream-unreachable",
    "The issuer of access tokens for the programme's server cannot be reached.",
    { retryAfterSeconds: 10 },
  );
}
