import { EdgeError } from "@aarohan/contract";
import type { MiddlewareHandler } from "hono";
import { authorizationOf } from "./caller-authorization.ts";
import { countRefusal } from "./count-refusal.ts";
import type { GatewayEnv } from "./gateway-env.ts";

/** Access token (RFC 6750 §2.1: the Authorization header, or the one that a session stands for) → Identity. */
export function authenticate(): MiddlewareHandler<GatewayEnv> {
  return async function authenticate(c, next) {
    try {
      const authorization = await authorizationOf(c);
      c.set("authorization", authorization);
      c.set("identity", await c.get("services").access.authenticate(authorization));
    } catch (error) {
      if (error instanceof EdgeError && error.status < 500) throw await countRefusal(c, error);
      throw error;
    }
    await next();
  };
}
