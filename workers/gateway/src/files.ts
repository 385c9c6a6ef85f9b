import { EdgeError } from "@aarohan/contract";
import type { Handler } from "hono";
import { authorizationOf } from "./caller-authorization.ts";
import { countRefusal } from "./count-refusal.ts";
import type { GatewayEnv } from "./gateway-env.ts";

/**
 * `/files/*`: the downloads worker's, which has no address of its own; it knows tokens, limits and the trail by itself. Of
 * sessions it knows nothing: it gets the token that one stands for, and no cookie.
 */
export function files(): Handler<GatewayEnv> {
  return async function files(c) {
    const request = new Request(c.req.raw);
    const authorization = await authorizationOf(c).catch(async (error: unknown) => {
      throw error instanceof EdgeError && error.status < 500 ? await countRefusal(c, error) : error;
    });
    if (authorization !== undefined) request.headers.set("Authorization", authorization);
    request.headers.delete("Cookie");
    request.headers.set("X-Request-Id", c.get("requestId"));
    // The platform writes its own in the client's place, and keeps the client's here.
    const { clientAcceptEncoding } = c.req.raw.cf ?? {};
    request.headers.set("Accept-Encoding", String(clientAcceptEncoding ?? "identity"));
    const response = await c.env.DOWNLOADS.fetch(request);
    // Headers that can be added to; what is stored compressed is handed on as it is.
    return new Response(response.body, response);
  };
}
