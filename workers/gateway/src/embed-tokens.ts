import {
  EdgeError,
  type EmbedGrant,
  type EmbedTokenAnswer,
  isWidget,
  MOST_EMBED_MINUTES,
} from "@aarohan/contract";
import type { Handler } from "hono";
import { isEmbeddingOrigin, isMeasureId, regionNamed } from "./embed-scope.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";
import { readJsonBody } from "./json-body.ts";

const MEMBERS = ["widget", "measure", "region", "origin", "minutes"];
const MOST_BYTES = 4096;

/**
 * `POST /embed/tokens` with `{widget, measure, region?, origin, minutes?}`, for whoever may see released numbers: a token with
 * which pages of that origin show that widget, for 10 minutes at most. It opens nothing else. The trail says who asked for it;
 * the token's `jti` is the id of that AuditEvent.
 */
export function mintEmbedToken(): Handler<GatewayEnv> {
  return async function mintEmbedToken(c) {
    c.get("record").describe({
      interaction: "operation",
      resourceType: "MeasureReport",
      parameters: ["embed-token"],
    });
    assertAggregates(c.get("principal"), "MeasureReport");
    const { minutes, ...scope } = readGrant(await readJsonBody(c, ["application/json"], MOST_BYTES));
    const expires = Math.floor(Date.now() / 1000) + minutes * 60;
    const tokens = await c.get("services").embedTokens();
    const grant: EmbedGrant = { ...scope, tenant: c.get("identity").tenant };
    const token = await tokens.mint(grant, c.get("requestId"), expires);
    return c.json<EmbedTokenAnswer>({ token, expiresAt: new Date(expires * 1000).toISOString() });
  };
}

function readGrant(json: unknown): Omit<EmbedGrant, "tenant"> & { readonly minutes: number } {
  const body: Record<string, unknown> = { ...Object(json) };
  const unknown = Object.keys(body).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw new EdgeError("body-invalid", `The body has: ${MEMBERS.join(", ")}.`);
  const { widget, measure, region, origin, minutes = MOST_EMBED_MINUTES } = body;
  if (!isWidget(widget)) throw invalid("widget", "is none of the gateway's");
  if (!isMeasureId(measure)) throw invalid("measure", "is the id of a Measure");
  const place = regionNamed(region);
  if (region !== undefined && place === undefined) throw invalid("region", "is a state, or state|district");
  if (typeof origin !== "string" || !isEmbeddingOrigin(origin)) {
    throw invalid("origin", "is an https origin (http on 127.0.0.1 or localhost)");
  }
  if (
    typeof minutes !== "number" ||
    !Number.isInteger(minutes) ||
    minutes < 1 ||
    minutes > MOST_EMBED_MINUTES
  ) {
    throw invalid("minutes", `is a whole number from 1 to ${MOST_EMBED_MINUTES}`);
  }
  return { widget, measure, origin, minutes, ...(place === undefined ? {} : { region: place }) };
}

function invalid(parameter: string, what: string): EdgeError {
  return new EdgeError("parameter-invalid", `${parameter} ${what}.`, { parameter });
}
