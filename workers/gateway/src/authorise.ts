import { servingRole } from "@aarohan/access";
import { EdgeError } from "@aarohan/contract";
import { viewFor } from "@aarohan/programme";
import type { MiddlewareHandler } from "hono";
import { tenantOf } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { upstreamCall } from "./upstream-call.ts";

/** Identity → the tenant, the role that serves, and how that role sees the data. `Aarohan-Role` chooses among the token's own. */
export function authorise(): MiddlewareHandler<GatewayEnv> {
  return async function authorise(c, next) {
    const identity = c.get("identity");
    const principal = { ...identity, role: servingRole(identity.roles, c.req.header("Aarohan-Role")) };
    c.set("principal", principal);
    const named = tenantOf(c);
    if (named !== undefined && named !== identity.tenant) {
      throw new EdgeError(
        "tenant-not-held",
        "The access token is for another tenant than the address names.",
      );
    }
    const { programme } = c.get("services");
    c.set("tenant", programme.tenant(identity.tenant));
    c.set("view", await viewFor(programme, principal, upstreamCall(c)));
    await next();
  };
}
