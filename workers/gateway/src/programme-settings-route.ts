import { EdgeError, type ProgrammeSettings, type VersionedSettings } from "@aarohan/contract";
import type { Json } from "@aarohan/fhir";
import type { Context, Handler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertJson } from "./json-only.ts";
import { MANY, ONE, type OperationParameter, parameter, parts } from "./operation-parameter.ts";
import { readParameterList } from "./parameters-body.ts";
import { SETTINGS, settingsOf, settingsParameters } from "./settings-parameters.ts";
import { LIMIT_PARTS, limitParameter, limitStandings } from "./user-limits.ts";

/** All districts of the country, with room. */
const MOST_BYTES = 1024 * 1024;

/** What arrives by deployment stands beside what may be changed. */
export const SHOWN_SETTINGS: readonly OperationParameter[] = [
  ...SETTINGS,
  parts(ONE, "policy", [
    parameter(ONE, "name", "string"),
    parameter(ONE, "version", "string"),
    parameter(ONE, "hash", "string"),
  ]),
  parts(MANY, "limit", LIMIT_PARTS),
];

/**
 * `GET /fhir/$settings`, for system administrators: what they may change (`denominator`, `publishedWidget`), with its version
 * as ETag, and what arrives by deployment and is shown (`policy`, `limit`).
 */
export function readSettings(): Handler<GatewayEnv> {
  return async function readSettings(c) {
    assertJson(c);
    return answerSettings(c, await settingsObject(c).read());
  };
}

/**
 * `POST /fhir/$settings` with `If-Match` (RFC 9110 §13.1.1): the whole of what may be changed, in the place of what was there.
 * Throws `version-missing`, or `version-conflict` where somebody else was faster. The trail says which of them were changed.
 */
export function changeSettings(): Handler<GatewayEnv> {
  return async function changeSettings(c) {
    const expected = versionOf(c.req.header("If-Match"));
    const settings = settingsOf(await readParameterList(c, MOST_BYTES));
    const object = settingsObject(c);
    const before = inForce(c, await object.read());
    c.get("record").describe({ interaction: "operation", parameters: changedParameters(before, settings) });
    const { subject, tenant } = c.get("identity");
    const answer = await object.change(expected, settings, {
      at: new Date().toISOString(),
      by: subject,
      requestId: c.get("requestId"),
    });
    if (answer.kind === "conflict") {
      throw new EdgeError("version-conflict", "The settings were changed meanwhile: read them again.");
    }
    c.get("services").settings.forget(tenant);
    return answerSettings(c, { version: answer.version, settings });
  };
}

function settingsObject(c: Context<GatewayEnv>) {
  return c.env.SETTINGS.getByName(c.get("identity").tenant);
}

function versionOf(header: string | undefined): number {
  if (header === undefined) {
    throw new EdgeError("version-missing", "Send If-Match with the ETag of the settings that you read.");
  }
  const digits = /^(?:W\/)?"(\d{1,9})"$/.exec(header)?.[1];
  if (digits === undefined) {
    throw new EdgeError("version-conflict", "If-Match is not the ETag of any settings: read them again.");
  }
  return Number(digits);
}

/** Before the first change, what was deployed. */
function inForce(c: Context<GatewayEnv>, { settings }: VersionedSettings): ProgrammeSettings {
  return settings ?? { denominators: c.get("services").config.denominators, publishedWidgets: [] };
}

function changedParameters(before: ProgrammeSettings, after: ProgrammeSettings): string[] {
  const isSame = (name: keyof ProgrammeSettings) =>
    JSON.stringify(before[name]) === JSON.stringify(after[name]);
  return [
    ...(isSame("denominators") ? [] : ["denominator"]),
    ...(isSame("publishedWidgets") ? [] : ["publishedWidget"]),
  ];
}

async function answerSettings(c: Context<GatewayEnv>, current: VersionedSettings): Promise<Response> {
  const limits = (await limitStandings(c)).map(({ name, most, windowSeconds }) =>
    limitParameter(name, [
      ["most", most],
      ["windowSeconds", windowSeconds],
    ]),
  );
  const parameter = [...settingsParameters(inForce(c, current)), policyParameter(c), ...limits];
  c.header("ETag", `W/"${current.version}"`);
  c.header("Content-Type", "application/fhir+json; charset=utf-8");
  return c.body(JSON.stringify({ resourceType: "Parameters", parameter }));
}

function policyParameter(c: Context<GatewayEnv>): Json {
  const { policy, hash } = c.get("services").programme.plan;
  return {
    name: "policy",
    part: [
      { name: "name", valueString: policy.name },
      { name: "version", valueString: policy.version },
      { name: "hash", valueString: hash },
    ],
  };
}
