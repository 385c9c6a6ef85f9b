import { EdgeError, isErrorCode, UNKNOWN_CALLER_HEADER } from "@aarohan/contract";
import type { Context, Handler } from "hono";
import { authorizationOf } from "./caller-authorization.ts";
import { countRefusal } from "./count-refusal.ts";
import type { GatewayEnv } from "./gateway-env.ts";

/**
 * `/files/*`: the downloads worker's, which has no address of its own; it knows tokens, limits and the trail by itself. Of
 * sessions it knows nothing: it gets the token that one stands for, and no cookie. Of addresses it knows nothing either: the tokens
 * that it refuses are counted here. It alone verifies them, so that a download costs one verification.
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
    const answer = new Response(response.body, response);
    await countUnknownCaller(c, answer);
    return answer;
  };
}

/** Throws `rate-limited` in the place of a refusal that is one too many. */
async function countUnknownCaller(c: Context<GatewayEnv>, { headers, body }: Response): Promise<void> {
  const code = headers.get(UNKNOWN_CALLER_HEADER) ?? "";
  if (!isErrorCode(code)) return;
  headers.delete(UNKNOWN_CALLER_HEADER);
  const refusal = new EdgeError(code, "The downloads worker has refused the access token.");
  const told = await countRefusal(c, refusal);
  if (told === refusal) return;
  await body?.cancel();
  throw told;
}
