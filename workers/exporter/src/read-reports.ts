import { EdgeError } from "@aarohan/contract";
import { type ExportOrder, PartBuilder } from "@aarohan/export";
import type { AnyResource } from "@aarohan/fhir";
import { tableOf } from "@aarohan/formats";
import { type Evaluation, measureReport, reportRows } from "@aarohan/measures";
import {
  countQuestions,
  evaluations,
  type ReportQuery,
  readReportQuery,
  reportCaller,
  reportUuid,
} from "@aarohan/reports";
import { gzip } from "./gzip.ts";
import type { ReadSlice } from "./read-slice.ts";
import type { ShardSpec } from "./shard-spec.ts";
import type { ShardStore } from "./shard-store.ts";

const RETRY_SECONDS = 5;

/**
 * MeasureReports as one slice: those that the filters ask for, or each Measure by district for each calendar year of which there is
 * something. Numbers as they are counted now; who is withheld by consent is not among them. Holds all of them.
 */
export async function readReports(
  { order, pass }: ShardSpec,
  store: ShardStore,
  env: Env,
): Promise<ReadSlice> {
  const { format, elements } = order.request;
  // Nobody is alike in them.
  const evaluated = pass === "count" ? [] : await evaluatedFor(order, env);
  const reports = await Promise.all(evaluated.map(measureReport).map(identified));
  const table =
    format === "ndjson" ? undefined : tableOf("MeasureReport", { audience: "anonymised", answers: [] });
  const part = new PartBuilder({ format, table, elements: elements.get("MeasureReport"), gzip });
  part.add(
    format === "ndjson"
      ? reports
      : evaluated.flatMap(reportRows).map((row) => ({ resourceType: "MeasureReport", ...row })),
  );
  return {
    state: { ...store.facts.state, isFinished: true },
    part: part.finish(),
    ids: reports.map(({ id }) => String(id)),
    patients: new Set(),
    withheld: 0,
    malformed: 0,
    short: 0,
    facts: { patients: [], months: [] },
    elements: { kept: 0, transformed: 0, dropped: 0 },
  };
}

async function evaluatedFor(order: ExportOrder, env: Env): Promise<Evaluation[]> {
  const { tenant } = order.principal;
  const cube = env.INDICATOR_CUBE.getByName(tenant);
  const counted = await cube.counted(tenant);
  const queries = counted === undefined ? [] : queriesOf(order, counted.months);
  const found: Evaluation[] = [];
  for (const query of queries) {
    const counts = await cube.ask(tenant, countQuestions(query));
    if (counts === undefined) throw uncounted();
    found.push(...evaluations(query, counts, order.denominators, Date.now()));
  }
  if (counted === undefined) throw uncounted();
  return found;
}

function queriesOf({ request, principal, created }: ExportOrder, months: readonly number[]): ReportQuery[] {
  const defaults = {
    group: "district",
    measure: undefined,
    now: created,
    ...reportCaller(principal.role),
  } as const;
  const filters = request.typeFilters.filter(({ type }) => type === "MeasureReport");
  if (filters.length > 0)
    return filters.map(({ search }) => readReportQuery([...new URLSearchParams(search)], defaults));
  const years = new Set(months.map((month) => 1970 + Math.floor(month / 12)));
  return [...years].map((year) => readReportQuery([["period", String(year)]], defaults));
}

async function identified({ resourceType, ...report }: AnyResource): Promise<AnyResource> {
  return { resourceType, id: await reportUuid({ resourceType, ...report }), ...report };
}

function uncounted(): EdgeError {
  return new EdgeError("indicators-unavailable", "The indicators are being counted for the first time.", {
    retryAfterSeconds: RETRY_SECONDS,
  });
}
