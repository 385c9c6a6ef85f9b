import { servingRole } from "@aarohan/access";
import type { MiddlewareHandler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { withinScopes } from "./granted-scopes.ts";
import { viewOf } from "./view.ts";

/** Identity → the role that serves, and how that role sees the data. `Aarohan-Role` chooses among the token's own. */
export function authorise(): MiddlewareHandler<GatewayEnv> {
  return async function authorise(c, next) {
    const identity = c.get("identity");
    const principal = { ...identity, role: servingRole(identity.roles, c.req.header("Aarohan-Role")) };
    c.set("principal", principal);
    c.set("view", withinScopes(viewOf(principal, c.get("services")), principal));
    await next();
  };
}
