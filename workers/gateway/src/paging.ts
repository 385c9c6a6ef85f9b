import type { Context } from "hono";
import { baseUrl } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import type { PageLink } from "./page-link.ts";

/** What the page before sealed for this caller. Throws `page-expired`. */
export async function openPage(c: Context<GatewayEnv>, type: string, token: string): Promise<PageLink> {
  const { pageLinks } = c.get("services");
  return (await pageLinks()).open(token, binding(c, type), Date.now() / 1000);
}

/** URL of the next page: for this caller, and for as long as configured. */
export async function nextPage(
  c: Context<GatewayEnv>,
  type: string,
  page: Omit<PageLink, "expiresAtSeconds">,
): Promise<string> {
  const { config, pageLinks } = c.get("services");
  const expiresAtSeconds = Math.floor(Date.now() / 1000) + config.pageLinkMinutes * 60;
  return pageUrl(c, type, await (await pageLinks()).seal({ ...page, expiresAtSeconds }, binding(c, type)));
}

export function pageUrl(c: Context<GatewayEnv>, type: string, token: string): string {
  return `${baseUrl(c)}/${type}?_page=${token}`;
}

/** A link serves the same tenant, user, role, scopes, policy and type, and nobody else. */
function binding(c: Context<GatewayEnv>, type: string): readonly string[] {
  const { tenant, userKey, role, scopes, authorisation } = c.get("principal");
  const granted = [...scopes].sort().join(" ");
  return [tenant, userKey, role, granted, JSON.stringify(authorisation), c.get("view").policy, type];
}

/** `Bundle.link` self: the search as it was understood. */
export function selfLink(
  c: Context<GatewayEnv>,
  type: string,
  search: readonly (readonly [name: string, value: string])[],
  request: { readonly count: number; readonly format: string; readonly pretty: boolean },
): string {
  const query = new URLSearchParams(search.map(([name, value]) => [name, value]));
  query.set("_count", String(request.count));
  if (request.format !== "json") query.set("_format", request.format);
  if (request.pretty) query.set("_pretty", "true");
  return `${baseUrl(c)}/${type}?${query}`;
}
