import { EdgeError, type EmbedScope } from "@aarohan/contract";
import type { Context } from "hono";
import { publicOrigin } from "./address.ts";
import { type EmbedRequest, measureMissing } from "./embed-query.ts";
import { ANY_ORIGIN, covers, isEmbeddingOrigin, publishedOrigins } from "./embed-scope.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { programmeSettings } from "./programme-settings.ts";
import { isSameOrigin } from "./session-cookie.ts";

export interface EmbedAccess {
  readonly tenant: string;
  readonly scope: EmbedScope;
  /** Whether the answer may be kept by caches that others share. */
  readonly isPublic: boolean;
}

/**
 * With a token, what it grants, to pages of its origin; without one, what the administrators have published for the page's
 * origin. The page may read the answer in either case, and that its own token has expired. Throws `embed-token-invalid`,
 * `embed-token-expired`, `embed-not-granted` or `origin-refused`.
 */
export async function embedAccess(c: Context<GatewayEnv>, asked: EmbedRequest): Promise<EmbedAccess> {
  const authorization = c.req.header("Authorization");
  return authorization === undefined ? published(c, asked) : granted(c, asked, authorization);
}

async function granted(
  c: Context<GatewayEnv>,
  asked: EmbedRequest,
  authorization: string,
): Promise<EmbedAccess> {
  const token = /^Bearer ([A-Za-z0-9._-]{1,4096})$/i.exec(authorization)?.[1] ?? "";
  const verdict = await (await c.get("services").embedTokens()).verify(token);
  if (verdict.kind === "invalid") {
    throw new EdgeError("embed-token-invalid", "This is no embed token: POST /embed/tokens makes them.");
  }
  const { tenant, origin, ...grant } = verdict.grant;
  if (pageOrigin(c) !== origin) {
    throw new EdgeError("origin-refused", "The embed token is for pages of another origin.");
  }
  shareWith(c, origin);
  if (verdict.kind === "expired") {
    throw new EdgeError("embed-token-expired", "The embed token has expired: get a new one.");
  }
  const scope = scopeOf(asked, grant);
  if (!covers(grant, scope)) {
    throw new EdgeError("embed-not-granted", "The embed token is for another widget, measure or region.");
  }
  return { tenant, scope, isPublic: false };
}

async function published(c: Context<GatewayEnv>, asked: EmbedRequest): Promise<EmbedAccess> {
  const { tenant, measure } = asked;
  if (measure === undefined) throw measureMissing();
  const { settings } = await programmeSettings(c, tenant);
  const scope = scopeOf(asked, { measure });
  const origins = publishedOrigins(settings?.publishedWidgets ?? [], scope);
  if (origins.size === 0) {
    throw new EdgeError("embed-not-granted", "This widget is not published: it takes an embed token.");
  }
  const origin = pageOrigin(c);
  // Frames are pages of our own: where they may stand is said by their own policy.
  const isOwn = origin === publicOrigin(c);
  if (!isOwn && !origins.has(ANY_ORIGIN) && (origin === undefined || !origins.has(origin))) {
    throw new EdgeError("origin-refused", "This widget is not published for pages of this origin.");
  }
  if (origin !== undefined && !isOwn) shareWith(c, origin);
  return { tenant, scope, isPublic: true };
}

/** What is not asked for is what the token has. */
function scopeOf(
  { widget, measure, region }: EmbedRequest,
  granted: { readonly measure: string; readonly region?: string },
): EmbedScope {
  const own = region ?? granted.region;
  return { widget, measure: measure ?? granted.measure, ...(own === undefined ? {} : { region: own }) };
}

/** Whose page asks, as the browser says; browsers leave it out where a page asks its own origin. */
function pageOrigin(c: Context<GatewayEnv>): string | undefined {
  return c.req.header("Origin") ?? (isSameOrigin(c) ? publicOrigin(c) : undefined);
}

/** CORS for exactly this origin, without credentials. On the response, so that refusals have it too. */
function shareWith(c: Context<GatewayEnv>, origin: string): void {
  c.res.headers.set("Access-Control-Allow-Origin", origin);
  c.res.headers.set("Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id");
}

/** A preflight (Fetch §4.8) has no token: it is answered for every origin that could have one, and gives nothing away. */
export function allowPreflight(c: Context<GatewayEnv>): Response {
  const origin = c.req.header("Origin") ?? "";
  const headers = new Headers({ Vary: "Origin" });
  if (isEmbeddingOrigin(origin)) {
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Allow-Methods", "GET");
    headers.set("Access-Control-Allow-Headers", "Authorization, If-None-Match");
    headers.set("Access-Control-Max-Age", "600");
  }
  return new Response(null, { status: 204, headers });
}
