import type { CubeState, ReleaseState } from "@aarohan/exporter";
import type { JsonObject } from "@aarohan/fhir";
import type { SuppressedShares } from "@aarohan/releases";
import type { Context, Handler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { MANY, ONE, type OperationParameter, PERHAPS, parameter, parts } from "./operation-parameter.ts";

/** `GET /fhir/Measure/$counting`, for system administrators: up to when the indicators are counted, and what the last check found. */
export function indicatorState(): Handler<GatewayEnv> {
  return async function indicatorState(c) {
    const { tenant } = c.get("identity");
    return answerParameters(c, countingOf(await c.env.INDICATOR_CUBE.getByName(tenant).state(tenant)));
  };
}

/** `POST /fhir/Measure/$recount`: everything is read and counted anew, beside what answers until then (202). */
export function recountIndicators(): Handler<GatewayEnv> {
  return async function recountIndicators(c) {
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
    const { tenant } = c.get("identity");
    return answerParameters(c, releasesOf(await c.env.RELEASE_BOOK.getByName(tenant).state(tenant)));
  };
}

const SHARES = [
  "numbers",
  "numbersSuppressed",
  "personsSuppressed",
  "naiveNumbersSuppressed",
] as const satisfies readonly (keyof SuppressedShares)[];

export const COUNTING: readonly OperationParameter[] = [
  parameter(PERHAPS, "dataAsOf", "instant", "Up to when the indicators are counted."),
  parameter(PERHAPS, "readFromScratch", "instant"),
  parameter(ONE, "isRecounting", "boolean"),
  parts(PERHAPS, "check", [
    parameter(ONE, "at", "instant"),
    parameter(ONE, "cellsThatDiffer", "unsignedInt"),
    parameter(ONE, "factsThatDiffer", "unsignedInt"),
  ]),
];

export const RELEASES: readonly OperationParameter[] = [
  parameter(PERHAPS, "release", "string", "Name of the release in force."),
  parameter(PERHAPS, "releasedAt", "instant"),
  parameter(PERHAPS, "dataAsOf", "instant"),
  parameter(PERHAPS, "next", "instant", "When the next release is made."),
  parts(MANY, "year", [
    parameter(ONE, "year", "string"),
    parameter(ONE, "months", "unsignedInt"),
    parameter(ONE, "isClosed", "boolean"),
    parameter(ONE, "disclosure", "code"),
    parameter(ONE, "k", "positiveInt"),
    parameter(ONE, "revisions", "unsignedInt"),
    parameter(ONE, "postponed", "unsignedInt"),
    ...SHARES.map((name) => parameter(PERHAPS, name, "decimal")),
  ]),
];

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
  // FHIR R4 §2.6.2: an array is never empty.
  const told = parameter.length === 0 ? {} : { parameter };
  return c.body(JSON.stringify({ resourceType: "Parameters", ...told }));
}
