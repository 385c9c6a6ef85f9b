import { EdgeError } from "@aarohan/contract";
import type { Credentials } from "./upstream-config.ts";

type ClientCredentials = Extract<Credentials, { kind: "client-credentials" }>;

export interface TokenSource {
  /** An access token that is good for another half minute at least. */
  token(signal: AbortSignal): Promise<string>;
  /** Forgets a token that the server refused. */
  forget(): void;
}

/** Renewed this long before it expires, in milliseconds. */
const MARGIN_MILLISECONDS = 30_000;

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
      if (kept !== undefined && kept.until > now()) return kept.token;
      const { token, lifetimeSeconds } = await requestToken(credentials, fetcher, signal);
      kept = { token, until: now() + lifetimeSeconds * 1000 - MARGIN_MILLISECONDS };
      return token;
    },
    forget() {
      kept = undefined;
    },
  };
}

async function requestToken(credentials: ClientCredentials, fetcher: typeof fetch, signal: AbortSignal) {
  const response = await fetcher(credentials.tokenUrl, {
    method: "POST",
    redirect: "manual",
    signal,
    headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      ...(credentials.scope === undefined ? {} : { scope: credentials.scope }),
    }).toString(),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw refused();
  }
  const answer: unknown = await response.json().catch(() => undefined);
  return readAnswer(answer);
}

function readAnswer(answer: unknown): { readonly token: string; readonly lifetimeSeconds: number } {
  if (typeof answer !== "object" || answer === null) throw refused();
  const { access_token: token, expires_in: lifetime } = {
    access_token: undefined,
    expires_in: undefined,
    ...answer,
  };
  if (typeof token !== "string" || token === "") throw refused();
  return { token, lifetimeSeconds: typeof lifetime === "number" ? lifetime : 60 };
}

function refused(): EdgeError {
  return new EdgeError(
    "upstream-refused",
    "The gateway got no access token for the programme's server: check its client credentials.",
  );
}
