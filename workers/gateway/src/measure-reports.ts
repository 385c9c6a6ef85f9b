import { EdgeError, isKnownTag } from "@aarohan/contract";
import { type AnyResource, negotiate, type OutputFormat } from "@aarohan/fhir";
import { encodeBundle, encodeCsv, encodeNdjson, encodeResource, tableOf } from "@aarohan/formats";
import { type Evaluation, indicatorNamed, measureReport, reportRows } from "@aarohan/measures";
import { type ReportQuery, readReportQuery, reportCaller, reportUuid } from "@aarohan/reports";
import type { Context, Handler } from "hono";
import { baseUrl } from "./address.ts";
import { answer } from "./answer.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";
import { evaluateLive } from "./live-reports.ts";
import { readFurtherParameters } from "./parameters-body.ts";
import { programmeSettings } from "./programme-settings.ts";
import { evaluateReleased } from "./released-reports.ts";
import { assertPlaceForCount, readPairs } from "./search-request.ts";
import { pageOfList, readListPage } from "./whole-list.ts";

const NOBODY: ReadonlySet<string> = new Set();
/** How long a reader may show released numbers without asking whether there are newer ones. */
const RELEASED_CACHE = "private, max-age=60, must-revalidate";

/** `GET /fhir/MeasureReport?measure=…&period=…` and `POST _search`: a report for each Measure that is asked for, a group for each region. */
export function searchMeasureReports(): Handler<GatewayEnv> {
  return async function searchMeasureReports(c) {
    const pairs = await readPairs(c);
    const asked = readListPage(pairs);
    const format = formatOf(c, pairs);
    assertPlaceForCount(asked.count, format, "_count");
    const all = await evaluated(c, asked.search, "district", undefined);
    const known = await notModified(c, all, pairs);
    if (known !== undefined) return known;
    const page = pageOfList(all, asked);
    const evaluations = page.items;
    const reports = evaluations.map(measureReport);
    const self = pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
    const next = page.next === undefined ? undefined : `${baseUrl(c)}/MeasureReport?${page.next}`;
    const head = { self: `${baseUrl(c)}/MeasureReport${self}`, next, total: all.length, notices: [] };
    const items = await Promise.all(
      reports.map(async (resource) => ({
        resource,
        mode: "match" as const,
        fullUrl: `urn:uuid:${await reportUuid(resource)}`,
      })),
    );
    const chunks =
      format === "json" ? encodeBundle(head, items, layoutOf(pairs)) : encoded(format, reports, evaluations);
    return told(c, chunks, format, reports.length, next);
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
    const pairs = [
      ...new URL(c.req.url).searchParams,
      ...(c.req.method === "POST" ? await readFurtherParameters(c) : []),
    ];
    if (id === undefined && !pairs.some(([name]) => name === "measure"))
      throw new EdgeError("parameter-invalid", "measure names the Measure.", { parameter: "measure" });
    const evaluations = await evaluated(c, pairs, "none", id === undefined ? undefined : `Measure/${id}`);
    const known = await notModified(c, evaluations, pairs);
    if (known !== undefined) return known;
    const reports = evaluations.map(measureReport);
    const format = formatOf(c, pairs);
    const chunks =
      format === "json" && reports[0] !== undefined
        ? encodeResource(reports[0], layoutOf(pairs))
        : encoded(format, reports, evaluations);
    return told(c, chunks, format, reports.length, undefined);
  };
}

async function evaluated(
  c: Context<GatewayEnv>,
  pairs: readonly (readonly [string, string])[],
  group: ReportQuery["group"],
  measure: string | undefined,
): Promise<Evaluation[]> {
  const parameters = [...new Set(pairs.map(([name]) => name))].sort();
  c.get("record").describe({ interaction: "operation", resourceType: "MeasureReport", parameters });
  assertAggregates(c.get("principal"), "MeasureReport");
  const { role } = c.get("principal");
  const asked = { ...reportCaller(role), group, measure, now: Date.now() };
  const query = readReportQuery(pairs, asked);
  const isReleased = role === "viewer" || query.isReleased;
  return isReleased ? evaluateReleased(c, query, c.get("identity").tenant) : evaluateLive(c, query);
}

/** Released numbers are the same until the next release: who has them is told so (RFC 9110 §13.1.2). */
async function notModified(
  c: Context<GatewayEnv>,
  evaluations: readonly Evaluation[],
  pairs: readonly (readonly [string, string])[],
): Promise<Response | undefined> {
  const release = evaluations[0]?.release;
  if (release === undefined) return undefined;
  const { tenant } = c.get("identity");
  // Denominators are told beside the release's numbers, and change between two of them.
  const { version } = await programmeSettings(c, tenant);
  const name = JSON.stringify([tenant, release, version, c.req.path, formatOf(c, pairs), pairs]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
  const tag = `"${hexOf(digest).slice(0, 32)}"`;
  c.header("ETag", tag);
  c.header("Cache-Control", RELEASED_CACHE);
  return isKnownTag(c.req.header("If-None-Match"), tag) ? c.body(null, 304) : undefined;
}

function formatOf(
  c: Context<GatewayEnv>,
  pairs: readonly (readonly [name: string, value: string])[],
): OutputFormat {
  const format = pairs.find(([name]) => name === "_format")?.[1];
  const accept = c.req.header("Accept");
  return negotiate({
    ...(format === undefined ? {} : { format }),
    ...(accept === undefined ? {} : { accept }),
  });
}

function layoutOf(pairs: readonly (readonly [name: string, value: string])[]): { readonly pretty: boolean } {
  return { pretty: pairs.some(([name, value]) => name === "_pretty" && value === "true") };
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
  next: string | undefined,
): Response {
  return answer(c, chunks, {
    format,
    resourceType: "MeasureReport",
    next,
    resources: reports,
    withheld: 0,
    patients: NOBODY,
  });
}

function hexOf(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
