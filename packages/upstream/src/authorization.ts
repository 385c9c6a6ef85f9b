import type { Call } from "./call.ts";
import { createTokenSource } from "./client-credentials.ts";
import type { Credentials } from "./upstream-config.ts";

/** What goes into the Authorization header of a call. Further kinds of credentials are further sources. */
export interface AuthorizationSource {
  /** The header's value; `undefined` for none. */
  authorizationFor(call: Call, signal: AbortSignal): Promise<string | undefined>;
  /** Told of a value that the server answered with 401; true where the next one will be another. */
  renews(authorization: string | undefined): boolean;
}

export function createAuthorizationSource(
  credentials: Credentials,
  fetcher: typeof fetch,
  now: () => number,
): AuthorizationSource {
  if (credentials.kind !== "client-credentials") return fixedSource(credentials.kind === "forward");
  const tokens = createTokenSource(credentials, fetcher, now);
  return {
    async authorizationFor(_, signal) {
      return `Bearer ${await tokens.token(signal)}`;
    },
    renews(authorization = "") {
      tokens.forget(authorization.slice("Bearer ".length));
      return true;
    },
  };
}

function fixedSource(isForwarded: boolean): AuthorizationSource {
  return {
    async authorizationFor({ authorization }) {
      return isForwarded ? authorization : undefined;
    },
    renews() {
      return false;
    },
  };
}
