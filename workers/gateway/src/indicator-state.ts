import { EdgeError } from "@aarohan/contract";
import type { CubeState, ReleaseState } from "@aarohan/exporter";
import type { JsonObject } from "@aarohan/fhir";
import type { Context, Handler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** `GET /fhir/Measure/$counting`, for system administrators: up to when the indicators are counted, and what the last check found. */
export function indicatorState(): Handler<GatewayEnv> {
  return async function indicatorState(c) {
    describe(c, "Measure");
    const { tenant } = c.get("identity");
    return answerParameters(c, countingOf(await c.env.INDICATOR_CUBE.getByName(tenant).state(tenant)));
  };
}

/** `POST /fhir/Measure/$recount`: everything is read and counted anew, beside what answers until then (202). */
export function recountIndicators(): Handler<GatewayEnv> {
  return async function recountIndicators(c) {
    describe(c, "Measure");
    const { tenant } = c.get("identity");
    const cube = c.env.INDICATOR_CUBE.getByName(tenant);
    await cube.rebuild(tenant);
    c.status(202);
    return answerParameters(c, countingOf(await cube.state(tenant)));
  };
}

/** `GET /fhir/MeasureReport/$releases`, for system administrators: the release in force, what it has, and when the next one is made. */
export function releases(): Handler<GatewayEnv> {
  return async function releases(c) {
    describe(c, "MeasureReport");
    const { tenant } = c.get("identity");
    return answerParameters(c, releasesOf(await c.env.RELEASE_BOOK.getByName(tenant).state(tenant)));
  };
}

function describe(c: Context<GatewayEnv>, resourceType: string): void {
  c.get("record").describe({ interaction: "operation", resourceType, parameters: [] });
  if (c.get("principal").role !== "system-administrator")
    throw new EdgeError("role-not-served", "This operation is for system administrators only.");
}

function countingOf({ dataAsOf, builtAt, isRebuilding, check }: CubeState): JsonObject[] {
  return [
    ...instant("dataAsOf", dataAsOf),
    ...instant("readFromScratch", builtAt),
    { name: "isRecounting", valueBoolean: isRebuilding },
    ...(check === undefined
      ? []
      : [
          {
            name: "check",
            part: [
              ...instant("at", check.at),
              { name: "cellsThatDiffer", valueUnsignedInt: check.cells },
              { name: "factsThatDiffer", valueUnsignedInt: check.facts },
            ],
          },
        ]),
  ];
}

function releasesOf({ head, years, nextAt }: ReleaseState): JsonObject[] {
  return [
    ...(head === undefined ? [] : [{ name: "release", valueString: head.release }]),
    ...instant("releasedAt", head?.releasedAt),
    ...instant("dataAsOf", head?.dataAsOf),
    ...instant("next", nextAt),
    ...years.map(({ year, months, isClosed, disclosure, k, revisions, postponed, shares }) => ({
      name: "year",
      part: [
        { name: "year", valueString: String(year) },
        { name: "months", valueUnsignedInt: months },
        { name: "isClosed", valueBoolean: isClosed },
        { name: "disclosure", valueCode: disclosure },
        { name: "k", valuePositiveInt: k },
        { name: "revisions", valueUnsignedInt: revisions },
        { name: "postponed", valueUnsignedInt: postponed },
        ...Object.entries(shares ?? {}).map(([name, valueDecimal]) => ({ name, valueDecimal })),
      ],
    })),
  ];
}

function instant(name: string, at: number | undefined): JsonObject[] {
  return at === undefined ? [] : [{ name, valueInstant: new Date(at).toISOString() }];
}

function answerParameters(c: Context<GatewayEnv>, parameter: JsonObject[]): Response {
  c.header("Content-Type", "application/fhir+json; charset=utf-8");
  return c.body(JSON.stringify({ resourceType: "Parameters", parameter }));
}
