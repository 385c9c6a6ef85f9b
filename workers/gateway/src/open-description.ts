import type { Context, MiddlewareHandler } from "hono";
import type { AccessRecord } from "./access-record.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { sessionIdOf } from "./session-cookie.ts";

/** What describes the interface, and no data. */
const DESCRIPTION = /^\/fhir\/(?:metadata|(?:OperationDefinition|SearchParameter)(?:\/[^/$][^/]*)?)$/;

/** Nobody asks, and no data leave: there is nothing to record. */
const NO_RECORD: AccessRecord = {
  describe: () => undefined,
  count: () => undefined,
  leaveToLimiter: () => undefined,
};

/** A step of the chain, passed over where the interface is described to somebody without a token. */
export function unlessOpen(step: MiddlewareHandler<GatewayEnv>): MiddlewareHandler<GatewayEnv> {
  return async function unlessOpen(c, next) {
    if (!isOpen(c)) return step(c, next);
    c.set("record", NO_RECORD);
    return next();
  };
}

function isOpen(c: Context<GatewayEnv>): boolean {
  return (
    DESCRIPTION.test(c.req.path) &&
    c.req.header("Authorization") === undefined &&
    sessionIdOf(c) === undefined
  );
}
