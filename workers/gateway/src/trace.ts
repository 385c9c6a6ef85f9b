import { EdgeError } from "@aarohan/contract";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { GatewayEnv } from "./gateway-env.ts";
import { log } from "./log.ts";
import { servicesFor } from "./services.ts";

/** Gives the request an id, the services it works with, and one log line when it is answered. */
export function trace(): MiddlewareHandler<GatewayEnv> {
  return async function trace(c, next) {
    const started = Date.now();
    const requestId = crypto.randomUUID();
    c.set("requestId", requestId);
    c.set("services", servicesFor(c.env));
    await next();
    c.res.headers.set("X-Request-Id", requestId);
    const status = c.res.status;
    const role = c.get("principal")?.role;
    log({
      level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
      requestId,
      method: c.req.method,
      route: routeOf(c),
      status,
      ...(c.error instanceof EdgeError ? { code: c.error.code } : {}),
      ...(role === undefined ? {} : { role }),
      milliseconds: Date.now() - started,
    });
  };
}

/** The pattern of the route that answered: the first one that is not a wildcard. */
function routeOf(c: Context<GatewayEnv>): string {
  const patterns = matchedRoutes(c).map(({ path }) => path);
  return patterns.find((path) => !path.endsWith("*")) ?? "*";
}
