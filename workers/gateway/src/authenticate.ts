import { EdgeError } from "@aarohan/contract";
import type { Context, MiddlewareHandler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/**
 * Access token (RFC 6750 §2.1: the Authorization header alone) → Identity. Refusals are counted, not recorded one by one; past a limit per address they are not
 * even counted, so that a flood of bad tokens costs nothing but its own verification, and never a good caller.
 */
export function authenticate(): MiddlewareHandler<GatewayEnv> {
  return async function authenticate(c, next) {
    try {
      c.set("identity", await c.get("services").access.authenticate(c.req.header("Authorization")));
    } catch (error) {
      if (error instanceof EdgeError && error.status < 500) throw await countRefusal(c, error);
      throw error;
    }
    await next();
  };
}

async function countRefusal(c: Context<GatewayEnv>, error: EdgeError): Promise<EdgeError> {
  const address = c.req.header("CF-Connecting-IP") ?? "unknown";
  const { success } = await c.env.REFUSALS_PER_ADDRESS.limit({ key: address });
  if (!success) {
    return new EdgeError(
      "rate-limited",
      "Too many refused requests from this address: check the access token.",
      {
        retryAfterSeconds: 60,
      },
    );
  }
  const { refusals } = c.get("services");
  refusals.count(error.code, new Date());
  const written = refusals.flushLater((counts) =>
    c.env.AUDIT_TRAIL.getByName("default").countRefusals(counts),
  );
  if (written !== undefined) c.executionCtx.waitUntil(written);
  return error;
}
