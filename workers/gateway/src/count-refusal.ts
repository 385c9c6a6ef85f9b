import { EdgeError } from "@aarohan/contract";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/**
 * Refusals before authentication are counted, not recorded one by one; past a limit per address they are not even counted,
 * so that a flood of bad tokens costs nothing but its own verification, and never a good caller. Gives what to answer.
 */
export async function countRefusal(c: Context<GatewayEnv>, error: EdgeError): Promise<EdgeError> {
  const { success } = await c.env.REFUSALS_PER_ADDRESS.limit({ key: addressOf(c) });
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

/** Whom limits before authentication are for. */
export function addressOf(c: Context<GatewayEnv>): string {
  return c.req.header("CF-Connecting-IP") ?? "unknown";
}
