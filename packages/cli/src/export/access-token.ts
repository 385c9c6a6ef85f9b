import { UsageError } from "../command-io.ts";
import { readJson } from "./bounded-json.ts";
import { ExportFault } from "./export-fault.ts";
import { sendWithRetries } from "./retries.ts";
import type { Waiting } from "./waiting.ts";

export interface TokenSource {
  token(signal: AbortSignal): Promise<string>;
  /** Forgets a token that was refused. False where there is no other one to be had. */
  renew(): boolean;
}

/** RFC 6749 §4.4. */
export interface ClientCredentials {
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | undefined;
}

/** Renewed this long before it expires, in milliseconds. */
const MARGIN_MILLISECONDS = 30_000;

/** Where the issuer does not say how long its token is good (RFC 6749 §5.1 leaves it open). */
const DEFAULT_LIFETIME_SECONDS = 60;

const MOST_ANSWER_BYTES = 64 * 1024;

/** One token, as long as it is good. Throws a UsageError where it cannot stand in a header (RFC 6750 §2.1). */
export function givenToken(text: string): TokenSource {
  const token = text.trim();
  if (!isBearerToken(token)) throw new UsageError("AAROHAN_TOKEN holds no bearer token");
  return { token: async () => token, renew: () => false };
}

/** Tokens by client credentials: a new one shortly before the last expires, and where one is refused. */
export function issuedTokens(credentials: ClientCredentials, waiting: Waiting): TokenSource {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return {
    async token(signal) {
      const askedAt = waiting.clock.now();
      if (kept !== undefined && kept.until > askedAt) return kept.token;
      const { token, lifetimeSeconds } = await askIssuer(credentials, waiting, signal);
      kept = { token, until: askedAt + lifetimeSeconds * 1000 - MARGIN_MILLISECONDS };
      return token;
    },
    renew() {
      kept = undefined;
      return true;
    },
  };
}

interface IssuedToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
}

async function askIssuer(
  { tokenUrl, clientId, clientSecret, scope }: ClientCredentials,
  waiting: Waiting,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    ...(scope === undefined ? {} : { scope }),
  });
  // A redirect would carry the secret elsewhere.
  const send = () =>
    fetch(tokenUrl, {
      method: "POST",
      redirect: "manual",
      signal,
      headers: { Accept: "application/json" },
      body: form,
    });
  const response = await sendWithRetries(send, "The issuer of tokens", waiting, signal);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new ExportFault(
      `The issuer gave no token (status ${response.status}): check --client-id and AAROHAN_CLIENT_SECRET.`,
    );
  }
  return issuedToken(await readJson(response, MOST_ANSWER_BYTES).catch(() => undefined));
}

/** RFC 6749 §5.1; a type other than Bearer must not be used by who does not understand it (§7.1). */
function issuedToken(answer: unknown): IssuedToken {
  const fields: Readonly<Record<string, unknown>> = Object(answer);
  const { access_token: token, token_type: type = "Bearer", expires_in: lifetime } = fields;
  if (typeof token !== "string" || !isBearerToken(token) || String(type).toLowerCase() !== "bearer") {
    throw new ExportFault("The issuer's answer holds no bearer token.");
  }
  return { token, lifetimeSeconds: typeof lifetime === "number" ? lifetime : DEFAULT_LIFETIME_SECONDS };
}

/** RFC 6750 §2.1, `b64token`. */
function isBearerToken(text: string): boolean {
  return /^[\w.~+/-]+=*$/.test(text);
}
