import { EdgeError, type Identity, type RateDecision } from "@aarohan/contract";
import type { MiddlewareHandler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/**
 * 100 requests in any minute per user, decided by the user's own RateLimiter object. Answers carry `RateLimit` and
 * `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers); a refusal is 429 with `Retry-After` in whole seconds.
 * The first refusal of a minute is recorded, further ones are counted by the limiter. If it does not answer, the request is refused
 * with 503: no limit, no data.
 */
export function limit(): MiddlewareHandler<GatewayEnv> {
  return async function limit(c, next) {
    const decision = await decide(c.env, c.get("identity"));
    if (decision.isCounted) c.get("record").leaveToLimiter();
    if (decision.denied) {
      throw new EdgeError("token-revoked", "An administrator has revoked this user's access.");
    }
    c.header("RateLimit-Policy", `"requests";q=${decision.limit};w=${decision.windowSeconds}`);
    c.header("RateLimit", `"requests";r=${decision.remaining};t=${decision.resetSeconds}`);
    if (!decision.allowed) {
      throw new EdgeError(
        "rate-limited",
        `More than ${decision.limit} requests within a minute: wait, then repeat.`,
        {
          retryAfterSeconds: decision.resetSeconds,
        },
      );
    }
    await next();
  };
}

async function decide(
  env: Env,
  { userKey, tenant, issuer, subject, clientId }: Identity,
): Promise<RateDecision> {
  const agent = { issuer, subject, clientId, role: "none" as const };
  try {
    return await env.RATE_LIMITER.getByName(userKey).admit({ tenant, agent });
  } catch (cause) {
    throw new EdgeError("limiter-unavailable", "The request limiter does not answer: try again shortly.", {
      cause,
      retryAfterSeconds: 2,
    });
  }
}
