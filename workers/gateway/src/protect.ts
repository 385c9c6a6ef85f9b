import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import type { GatewayEnv } from "./gateway-env.ts";

/** Headers that a browser page of another origin may read. */
const EXPOSED_HEADERS = [
  "Aarohan-Notices",
  "Accept-Ranges",
  "Content-Disposition",
  "Content-Location",
  "Content-Range",
  "ETag",
  "Expires",
  "Link",
  "RateLimit",
  "RateLimit-Policy",
  "Repr-Digest",
  "Retry-After",
  "WWW-Authenticate",
  "X-Progress",
  "X-Request-Id",
];

/**
 * Security headers for answers that are data, not pages: nothing in them may be run, framed, sniffed or cached.
 * Rows are `no-store` (RFC 9111 §5.2.2.5); a step that answers something public says so itself.
 */
export function protect(): MiddlewareHandler<GatewayEnv> {
  const headers = secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
  });
  return async function protect(c, next) {
    await next();
    if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "private, no-store");
    c.res.headers.append("Vary", "Accept, Authorization, Cookie, Sec-Fetch-Site");
    // A page has a policy of its own.
    if (!c.res.headers.has("Content-Security-Policy")) await headers(c, async () => {});
  };
}

/** CORS for exactly the configured origins, without credentials: a browser page sends its token itself. */
export function shareWithOrigins(): MiddlewareHandler<GatewayEnv> {
  const share = cors({
    origin: (origin, c) => (c.get("services").config.allowedOrigins.includes(origin) ? origin : null),
    allowMethods: ["GET", "HEAD", "POST", "DELETE", "OPTIONS"],
    allowHeaders: [
      "Aarohan-Role",
      "Accept",
      "Authorization",
      "Content-Type",
      "If-Match",
      "If-Range",
      "Prefer",
      "Range",
    ],
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
  return async function shareWithOrigins(c, next) {
    // Widgets are shared by what is granted or published.
    return c.req.path.startsWith("/embed/") ? next() : share(c, next);
  };
}
