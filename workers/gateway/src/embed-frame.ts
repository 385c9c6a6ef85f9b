import { EdgeError } from "@aarohan/contract";
import type { Context, Handler } from "hono";
import { measureMissing, readEmbedRequest } from "./embed-query.ts";
import { publishedOrigins } from "./embed-scope.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { programmeSettings } from "./programme-settings.ts";

/** The page among the static assets, as they are addressed without `.html`. */
const PAGE = "/widgets/frame";
/** Read by the page itself. */
const LOOKS = ["lang", "theme"];

/**
 * `GET /embed/frame/{widget}?measure=…&region=…&lang=…&theme=…`: a page with the widget alone, which pages of the origins that it is published for
 * may put in a frame. Throws `embed-not-granted` where it is not published.
 */
export function embedFrame(): Handler<GatewayEnv> {
  return async function embedFrame(c) {
    const ancestors = await frameAncestors(c);
    const page = await c.env.ASSETS.fetch(new URL(PAGE, c.req.url));
    if (page.status !== 200) throw new EdgeError("resource-not-found", "There is no page for frames here.");
    return new Response(page.body, { headers: frameHeaders(ancestors) });
  };
}

async function frameAncestors(c: Context<GatewayEnv>): Promise<ReadonlySet<string>> {
  const { tenant, widget, measure, region } = readEmbedRequest(c, LOOKS);
  if (measure === undefined) throw measureMissing();
  const { settings } = await programmeSettings(c, tenant);
  const asked = { widget, measure, ...(region === undefined ? {} : { region }) };
  const origins = publishedOrigins(settings?.publishedWidgets ?? [], asked);
  if (origins.size > 0) return origins;
  throw new EdgeError("embed-not-granted", "This widget is not published: it cannot stand in a frame.");
}

/** Ours but for where it may stand: it runs our own scripts, and asks nobody but us. */
function frameHeaders(ancestors: ReadonlySet<string>): Headers {
  return new Headers({
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
      `base-uri 'none'; form-action 'none'; frame-ancestors ${[...ancestors].join(" ")}`,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
  });
}
