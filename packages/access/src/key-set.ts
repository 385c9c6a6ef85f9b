import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from "jose";
import { ISSUER_RETRY_SECONDS } from "./refusal.ts";

/** How long after a fetch the keys are not fetched again for an unknown key id. */
const COOLDOWN_MILLISECONDS = 30_000;
/** How long fetched keys serve. */
const CACHE_MILLISECONDS = 600_000;
const TIMEOUT_MILLISECONDS = 5000;

/**
 * The keys that an issuer publishes (RFC 7517 §5). They are cached for ten minutes; an unknown key id has them fetched
 * again, at most every half minute; an issuer that does not answer is left alone for five seconds, so that a flood of
 * tokens is not passed on to it.
 */
export function createKeySet(jwksUri: string, fetchKeys: typeof fetch): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(jwksUri), {
    cooldownDuration: COOLDOWN_MILLISECONDS,
    cacheMaxAge: CACHE_MILLISECONDS,
    timeoutDuration: TIMEOUT_MILLISECONDS,
    [customFetch]: restAfterFailure(fetchKeys),
  });
}

function restAfterFailure(fetchKeys: typeof fetch): FetchImplementation {
  let restsUntil = 0;
  return async function fetchUnlessResting(url, init) {
    if (Date.now() < restsUntil) throw new Error("the issuer did not answer a moment ago");
    const response = await fetchKeys(url, init).catch(() => undefined);
    if (response?.status === 200) return response;
    restsUntil = Date.now() + ISSUER_RETRY_SECONDS * 1000;
    throw new Error("the issuer did not answer with its keys");
  };
}
