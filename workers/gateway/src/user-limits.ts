import type { LimitStanding } from "@aarohan/contract";
import type { Json } from "@aarohan/fhir";
import type { Context, Handler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertJson } from "./json-only.ts";
import { MANY, ONE, type OperationParameter, PERHAPS, parameter, parts } from "./operation-parameter.ts";

export const LIMIT_PARTS: readonly OperationParameter[] = [
  parameter(ONE, "name", "code"),
  parameter(ONE, "most", "unsignedInt"),
  parameter(ONE, "windowSeconds", "unsignedInt"),
];

export const LIMITS: readonly OperationParameter[] = [
  parts(MANY, "limit", [
    ...LIMIT_PARTS,
    parameter(ONE, "left", "unsignedInt"),
    parameter(PERHAPS, "resetSeconds", "unsignedInt", "Until there is more."),
  ]),
];

/** `GET /fhir/$limits`: what is left of the user's limits, as Parameters. It costs a request, as any other does. */
export function userLimits(): Handler<GatewayEnv> {
  return async function userLimits(c) {
    assertJson(c);
    const standings = (await limitStandings(c)).map(
      ({ name, most, left, windowSeconds, resetSeconds }): Json => {
        const parts: [string, number][] = [
          ["most", most],
          ["left", left],
          ["windowSeconds", windowSeconds],
          ["resetSeconds", resetSeconds],
        ];
        return limitParameter(name, parts);
      },
    );
    c.header("Content-Type", "application/fhir+json; charset=utf-8");
    return c.body(JSON.stringify({ resourceType: "Parameters", parameter: standings }));
  };
}

export async function limitStandings(c: Context<GatewayEnv>): Promise<LimitStanding[]> {
  const { userKey } = c.get("identity");
  const [{ limits }, exports] = await Promise.all([
    c.env.RATE_LIMITER.getByName(userKey).standing(),
    c.env.EXPORT_DESK.getByName(userKey).standing(),
  ]);
  return [...limits, exports];
}

export function limitParameter(name: string, parts: readonly (readonly [string, number])[]): Json {
  return {
    name: "limit",
    part: [
      { name: "name", valueCode: name },
      ...parts.map(([part, value]) => ({ name: part, valueUnsignedInt: value })),
    ],
  };
}
