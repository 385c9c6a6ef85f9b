import { classReport } from "@aarohan/deid";
import type { ExportOrder } from "@aarohan/export";
import type { JobStore, ShardRow } from "./job-store.ts";
import type { Services } from "./services.ts";

/** k that is reported by where the policy sets none: as small cells of aggregates. */
const REPORTED_K = 11;
const QUASI_IDENTIFIERS = ["birth", "gender", "district", "state", "month"];

/** Size that classes of patients must have in an analyst's export; `undefined` where none is demanded. */
export function minimumClassSize({ principal }: ExportOrder, { programme }: Services): number | undefined {
  return principal.role === "data-analyst" ? programme.exported.plan.policy.minimumClassSize : undefined;
}

/**
 * The disclosure report of a job, as the manifest has it: to who sees identified data what became of elements, to analysts
 * how alike patients are. Elements are counted before filters are held against what is shown: of an analyst's export they
 * would tell what the filter may not ask, and how much is dropped of one patient.
 */
export function disclosureOf(
  store: JobStore,
  order: ExportOrder,
  services: Services,
): Readonly<Record<string, unknown>> {
  const shards = store.shards();
  const resources: Record<string, number> = {};
  for (const { type, lines, shard } of store.files()) {
    if (shard > 0) resources[type] = (resources[type] ?? 0) + lines;
  }
  if (order.principal.role !== "data-analyst") {
    return {
      resources,
      elements: elementsOf(shards),
      patientsWithheldFromAnalysts: withheldFromAnalysts(shards),
    };
  }
  const minimum = minimumClassSize(order, services);
  const report = classReport(store.people.classes(), minimum ?? REPORTED_K);
  return {
    resources,
    quasiIdentifiers: QUASI_IDENTIFIERS,
    ...report,
    ...(minimum === undefined ? {} : { minimumClassSize: minimum, patientsByLevel: store.people.levels() }),
  };
}

function elementsOf(shards: readonly ShardRow[]) {
  const sum = (of: "kept" | "transformed" | "dropped") =>
    shards.reduce((total, { counts }) => total + counts[of], 0);
  return { kept: sum("kept"), transformed: sum("transformed"), dropped: sum("dropped") };
}

/** `undefined`, and so not in the report, where not every share of the Patients was asked about. */
function withheldFromAnalysts(shards: readonly ShardRow[]): number | undefined {
  const asked = shards
    .filter(({ type }) => type === "Patient")
    .map(({ counts }) => counts.withheldFromAnalysts);
  if (asked.length === 0) return undefined;
  return asked.reduce((sum, some) => (sum === undefined || some === undefined ? undefined : sum + some), 0);
}
