import { EdgeError } from "@aarohan/contract";
import { kickOffParameters } from "@aarohan/export";
import type { CubeAnswer, CubeQuestion } from "@aarohan/exporter";
import { type AnyResource, negotiate, type OutputFormat } from "@aarohan/fhir";
import { encodeBundle, encodeCsv, encodeNdjson, encodeResource, tableOf } from "@aarohan/formats";
import {
  type DenominatorEntry,
  type EvaluatedGroup,
  type Evaluation,
  eligiblePopulation,
  type Indicator,
  indicatorNamed,
  isoDay,
  measureReport,
  numbersOf,
  reportRows,
  type Tally,
} from "@aarohan/measures";
import type { Context, Handler } from "hono";
import { baseUrl } from "./address.ts";
import { answer } from "./answer.ts";
import { readBounded } from "./bounded-text.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";
import { type IndicatorQuery, readIndicatorQuery } from "./indicator-query.ts";
import { denominatorsOf } from "./programme-settings.ts";

const NOBODY: ReadonlySet<string> = new Set();
/** Counts below this are marked for who may see them: publishing them is the reader's responsibility. */
const SMALL_BELOW = 11;
const RETRY_SECONDS = 5;
const MOST_WAITS = 20;
const WAIT_MILLISECONDS = 500;

/** `GET /fhir/MeasureReport?measure=…&period=…`: a report for each Measure that is asked for, a group for each region. */
export function searchMeasureReports(): Handler<GatewayEnv> {
  return async function searchMeasureReports(c) {
    const evaluations = await evaluated(c, [...new URL(c.req.url).searchParams], "district", undefined);
    const reports = evaluations.map(measureReport);
    const format = formatOf(c);
    const self = new URL(c.req.url).search;
    const head = {
      self: `${baseUrl(c)}/MeasureReport${self}`,
      next: undefined,
      total: reports.length,
      notices: [],
    };
    const items = await Promise.all(
      reports.map(async (resource) => ({
        resource,
        mode: "match" as const,
        fullUrl: await uuidOf(resource),
      })),
    );
    const chunks =
      format === "json" ? encodeBundle(head, items, layoutOf(c)) : encoded(format, reports, evaluations);
    return told(c, chunks, format, reports.length);
  };
}

/**
 * `GET|POST /fhir/Measure/{id}/$evaluate-measure` (FHIR R4 §Measure-evaluate-measure): one report, with stratifiers. A POST has
 * its parameters in a Parameters resource.
 */
export function evaluateMeasure(): Handler<GatewayEnv> {
  return async function evaluateMeasure(c) {
    const id = c.req.param("id");
    if (id !== undefined && indicatorNamed(`Measure/${id}`) === undefined)
      throw new EdgeError("resource-not-found", "There is no such Measure.");
    const pairs = [...new URL(c.req.url).searchParams, ...(await posted(c))];
    if (id === undefined && !pairs.some(([name]) => name === "measure"))
      throw new EdgeError("parameter-invalid", "measure names the Measure.", { parameter: "measure" });
    const evaluations = await evaluated(c, pairs, "none", id === undefined ? undefined : `Measure/${id}`);
    const reports = evaluations.map(measureReport);
    const format = formatOf(c);
    const chunks =
      format === "json" && reports[0] !== undefined
        ? encodeResource(reports[0], layoutOf(c))
        : encoded(format, reports, evaluations);
    return told(c, chunks, format, reports.length);
  };
}

async function evaluated(
  c: Context<GatewayEnv>,
  pairs: readonly (readonly [string, string])[],
  group: IndicatorQuery["group"],
  measure: string | undefined,
): Promise<Evaluation[]> {
  const parameters = [...new Set(pairs.map(([name]) => name))].sort();
  c.get("record").describe({ interaction: "operation", resourceType: "MeasureReport", parameters });
  assertAggregates(c, "MeasureReport");
  const { role } = c.get("principal");
  const now = Date.now();
  const query = readIndicatorQuery(pairs, {
    group,
    measure,
    mayFilterOrganisation: role === "system-administrator",
    now,
  });
  const questions = query.indicators.flatMap((indicator) => questionsOf(indicator, query));
  const answered = await askCube(c, questions);
  if (answered === undefined)
    throw new EdgeError(
      "indicators-unavailable",
      "The indicators are being counted for the first time: ask again soon.",
      { retryAfterSeconds: RETRY_SECONDS },
    );
  const perIndicator = 1 + query.stratifiers.length;
  const denominators = await denominatorsOf(c);
  return query.indicators.map((indicator, index) => ({
    indicator,
    ...(query.named === undefined || !/^(?:Measure\/)?oral-/.test(query.named)
      ? {}
      : { measure: `Measure/${query.named.replace(/^Measure\//, "")}` }),
    period: query.period,
    date: now,
    dataAsOf: answered.dataAsOf,
    smallBelow: SMALL_BELOW,
    groups: groupsOf(
      indicator,
      query,
      answered.tallies.slice(index * perIndicator, (index + 1) * perIndicator),
      denominators,
    ),
  }));
}

/** The first count of a small programme takes seconds: it is waited for. */
async function askCube(
  c: Context<GatewayEnv>,
  questions: readonly CubeQuestion[],
): Promise<CubeAnswer | undefined> {
  const { tenant } = c.get("identity");
  const cube = c.env.INDICATOR_CUBE.getByName(tenant);
  for (let waits = 0; ; waits += 1) {
    const answered = await cube.ask(tenant, questions);
    if (answered !== undefined || waits >= MOST_WAITS) return answered;
    await scheduler.wait(WAIT_MILLISECONDS);
  }
}

function questionsOf({ id }: Indicator, { period, filter, group, stratifiers }: IndicatorQuery) {
  const region = group === "none" ? [] : [group];
  return [region, ...stratifiers.map((one) => [...region, one])].map((by) => ({
    indicator: id,
    period,
    filter,
    by,
  }));
}

function groupsOf(
  indicator: Indicator,
  query: IndicatorQuery,
  [whole = [], ...split]: readonly (readonly Tally[])[],
  denominators: readonly DenominatorEntry[],
): EvaluatedGroup[] {
  const year = Number(isoDay(query.period.to).slice(0, 4));
  const isRegional = query.group !== "none";
  const eligible = (region: string | undefined, dimension?: string, value?: string) =>
    eligibleOf(denominators, isRegional ? region : undefined, query, dimension, value, year);
  const tallies = whole.length === 0 && !isRegional ? [] : [...whole].toSorted(byValues);
  return tallies.map((one) => {
    const region = isRegional ? (one.values[0] ?? "") : undefined;
    return {
      ...(region === undefined ? {} : { region }),
      numbers: numbersOf(one, indicator, eligible(region)),
      strata: query.stratifiers.map((dimension, index) => ({
        dimension,
        values: [...(split[index] ?? [])]
          .filter(({ values }) => !isRegional || values[0] === region)
          .toSorted(byValues)
          .map((stratum) => {
            const value = stratum.values.at(-1) ?? "";
            return { value, numbers: numbersOf(stratum, indicator, eligible(region, dimension, value)) };
          }),
      })),
    };
  });
}

/** The table knows places alone: of a part of the people there it tells nothing. */
function eligibleOf(
  table: readonly DenominatorEntry[],
  region: string | undefined,
  { filter }: IndicatorQuery,
  dimension: string | undefined,
  value: string | undefined,
  year: number,
): number | undefined {
  const isPlace = dimension === undefined || dimension === "state" || dimension === "district";
  const isNarrowed = Object.keys(filter).some((name) => name !== "state" && name !== "district");
  const place = isPlace && dimension !== undefined ? value : region;
  if (!isPlace || isNarrowed) return undefined;
  if (place === undefined && Object.keys(filter).length > 0) return undefined;
  const [state, district] = place?.split("|") ?? [];
  if (state === "unknown") return undefined;
  return eligiblePopulation(
    table,
    { ...(state === undefined ? {} : { state }), ...(district === undefined ? {} : { district }) },
    year,
  );
}

function byValues(one: Tally, other: Tally): number {
  const [a, b] = [one.values.join("\n"), other.values.join("\n")];
  return a < b ? -1 : a > b ? 1 : 0;
}

async function posted(c: Context<GatewayEnv>): Promise<[string, string][]> {
  if (c.req.method !== "POST") return [];
  const text = await readBounded(c.req.raw.body);
  if (text.trim() === "") return [];
  const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/fhir+json" && type !== "application/json")
    throw new EdgeError(
      "media-type-unsupported",
      "The body is a Parameters resource as application/fhir+json.",
    );
  try {
    return kickOffParameters(JSON.parse(text));
  } catch (error) {
    if (error instanceof EdgeError) throw error;
    // The parser's message quotes the body: it is not passed on.
    throw new EdgeError("body-invalid", "The body is no JSON.");
  }
}

function formatOf(c: Context<GatewayEnv>): OutputFormat {
  const format = c.req.query("_format");
  const accept = c.req.header("Accept");
  return negotiate({
    ...(format === undefined ? {} : { format }),
    ...(accept === undefined ? {} : { accept }),
  });
}

function layoutOf(c: Context<GatewayEnv>): { readonly pretty: boolean } {
  return { pretty: c.req.query("_pretty") === "true" };
}

/** A table has a row for each number. */
function encoded(
  format: OutputFormat,
  reports: readonly AnyResource[],
  evaluations: readonly Evaluation[],
): Iterable<Uint8Array> {
  if (format === "ndjson") return encodeNdjson(reports);
  const rows = evaluations.flatMap(reportRows).map((row) => ({ resourceType: "MeasureReport", ...row }));
  return encodeCsv(tableOf("MeasureReport", { audience: "anonymised", answers: [] }), rows);
}

function told(
  c: Context<GatewayEnv>,
  chunks: Iterable<Uint8Array>,
  format: OutputFormat,
  reports: number,
): Response {
  return answer(c, chunks, {
    format,
    resourceType: "MeasureReport",
    next: undefined,
    resources: reports,
    withheld: 0,
    patients: NOBODY,
  });
}

/** A name of its content: the same report has the same. */
async function uuidOf(resource: AnyResource): Promise<string> {
  const { date: _, ...content } = resource;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(content)));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
