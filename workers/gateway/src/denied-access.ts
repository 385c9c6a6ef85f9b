import { userKeyOf } from "@aarohan/access";
import { type DeniedUser, EdgeError } from "@aarohan/contract";
import type { Json } from "@aarohan/fhir";
import type { Context, Handler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertJson } from "./json-only.ts";
import { MANY, ONE, type OperationParameter, PERHAPS, parameter, parts } from "./operation-parameter.ts";
import { readParameters } from "./parameters-body.ts";

export const RESTORED_USER: readonly OperationParameter[] = [
  parameter(ONE, "issuer", "uri", "The iss of the user's tokens."),
  parameter(ONE, "subject", "string", "The sub of the user's tokens."),
];
export const DENIED_USER: readonly OperationParameter[] = [
  ...RESTORED_USER,
  parameter(PERHAPS, "until", "dateTime", "Until when; without it, until access is restored."),
];
export const DENIED_USERS: readonly OperationParameter[] = [
  parts(MANY, "denied", [
    ...RESTORED_USER,
    parameter(ONE, "since", "instant"),
    parameter(PERHAPS, "until", "instant"),
    parameter(ONE, "by", "string", "Subject of the administrator who did it."),
  ]),
];

/**
 * `POST /fhir/$deny-access` with Parameters `issuer`, `subject` and perhaps `until` (dateTime), for system administrators:
 * from the next request on the user's tokens are refused in this tenant, whatever their expiry. `$restore-access` takes it
 * back; `GET /fhir/$denied-access` lists who is denied.
 */
export function denyAccess(): Handler<GatewayEnv> {
  return async function denyAccess(c) {
    c.get("record").describe({ interaction: "operation", parameters: namesOf(DENIED_USER) });
    const { issuer, subject, until } = await readParameters(c, ["issuer", "subject", "until"]);
    const user = await userOf(c, issuer, subject);
    if (until !== undefined && !(Date.parse(until) > Date.now())) {
      throw new EdgeError("parameter-invalid", "until is a dateTime to come.", { parameter: "until" });
    }
    const { userKey, subject: by } = c.get("principal");
    if (user.userKey === userKey) {
      throw new EdgeError("parameter-invalid", "Nobody denies oneself access.", { parameter: "subject" });
    }
    await listOf(c).deny({
      ...user,
      since: new Date().toISOString(),
      by,
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    });
    return answerList(c);
  };
}

export function restoreAccess(): Handler<GatewayEnv> {
  return async function restoreAccess(c) {
    c.get("record").describe({ interaction: "operation", parameters: namesOf(RESTORED_USER) });
    const { issuer, subject } = await readParameters(c, ["issuer", "subject"]);
    await listOf(c).restore((await userOf(c, issuer, subject)).userKey);
    return answerList(c);
  };
}

export function deniedAccess(): Handler<GatewayEnv> {
  return function deniedAccess(c) {
    assertJson(c);
    return answerList(c);
  };
}

function namesOf(parameters: readonly OperationParameter[]): string[] {
  return parameters.map(({ name }) => name);
}

async function userOf(c: Context<GatewayEnv>, issuer: string | undefined, subject: string | undefined) {
  if (issuer === undefined || subject === undefined) {
    const parameter = issuer === undefined ? "issuer" : "subject";
    throw new EdgeError("parameter-invalid", `${parameter} is missing.`, { parameter });
  }
  return { issuer, subject, userKey: await userKeyOf(issuer, subject, c.get("principal").tenant) };
}

function listOf(c: Context<GatewayEnv>) {
  return c.env.DENY_LIST.getByName(c.get("principal").tenant);
}

async function answerList(c: Context<GatewayEnv>): Promise<Response> {
  const body = JSON.stringify({
    resourceType: "Parameters",
    parameter: (await listOf(c).list()).map(denied),
  });
  c.header("Content-Type", "application/fhir+json; charset=utf-8");
  return c.body(body);
}

function denied({ issuer, subject, since, until, by }: DeniedUser): Json {
  return {
    name: "denied",
    part: [
      { name: "issuer", valueUri: issuer },
      { name: "subject", valueString: subject },
      { name: "since", valueInstant: since },
      ...(until === undefined ? [] : [{ name: "until", valueInstant: until }]),
      { name: "by", valueString: by },
    ],
  };
}
