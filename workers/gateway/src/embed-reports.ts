import { EdgeError, isKnownTag } from "@aarohan/contract";
import type { Context, Handler } from "hono";
import { addressOf } from "./count-refusal.ts";
import { allowPreflight, embedAccess } from "./embed-access.ts";
import { CUTS, readEmbedRequest } from "./embed-query.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { programmeSettings } from "./programme-settings.ts";
import { type ReleasedQuestion, releasedReport } from "./released-report.ts";

/** How long a page may show numbers without asking whether there are newer ones, in seconds. */
const FRESH_SECONDS = 60;

/**
 * `GET /embed/reports/{widget}?measure=…&region=…`: the released MeasureReport of a widget, for pages of other origins. The same
 * until the next release, or the next change of denominators, which its ETag names.
 */
export function embedReport(): Handler<GatewayEnv> {
  return async function embedReport(c) {
    c.res.headers.append("Vary", "Origin");
    await assertNoFlood(c);
    const { tenant, scope, isPublic } = await embedAccess(c, readEmbedRequest(c));
    const parameters = new URL(c.req.url).searchParams;
    const cuts = CUTS.flatMap((name) => {
      const value = parameters.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const question = { tenant, scope, cuts };
    const { report, release } = await releasedReport(c, question);
    const tag = await tagOf(c, question, release);
    c.header("ETag", tag);
    c.header(
      "Cache-Control",
      `${isPublic ? "public" : "private"}, max-age=${FRESH_SECONDS}, must-revalidate`,
    );
    if (isKnownTag(c.req.header("If-None-Match"), tag)) return c.body(null, 304);
    c.header("Content-Type", "application/fhir+json; charset=utf-8");
    return c.body(JSON.stringify(report));
  };
}

export function embedPreflight(): Handler<GatewayEnv> {
  return function embedPreflight(c) {
    return allowPreflight(c);
  };
}

async function tagOf(c: Context<GatewayEnv>, question: ReleasedQuestion, release: string): Promise<string> {
  const { version } = await programmeSettings(c, question.tenant);
  const name = new TextEncoder().encode(JSON.stringify([question, release, version]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", name));
  return `"${[...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

/** Whoever reads without signing in is limited by address. */
async function assertNoFlood(c: Context<GatewayEnv>): Promise<void> {
  const { success } = await c.env.EMBEDS_PER_ADDRESS.limit({ key: addressOf(c) });
  if (success) return;
  throw new EdgeError("rate-limited", "Too many requests of widgets from this address: wait a minute.", {
    retryAfterSeconds: 60,
  });
}
