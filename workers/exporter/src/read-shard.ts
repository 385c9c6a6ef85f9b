import { type Anonymiser, createGeneraliser, NO_VISIBLE_ORDER, patientAbout } from "@aarohan/deid";
import { createBulkPages, readSlice, type SliceSearch } from "@aarohan/export";
import type { AnyResource } from "@aarohan/fhir";
import { tableOf } from "@aarohan/formats";
import { type ExportView, releaseBy } from "@aarohan/programme";
import type { Call } from "@aarohan/upstream";
import { gzip } from "./gzip.ts";
import { FactGatherer, type PatientLevel } from "./patient-facts.ts";
import type { ReadSlice } from "./read-slice.ts";
import type { Services } from "./services.ts";
import type { ShardSpec } from "./shard-spec.ts";
import type { ShardStore } from "./shard-store.ts";
import { searchesOf, viewOf } from "./shard-view.ts";

/** Pages of one slice: with a thousand resources each, about a second of work. */
const PAGES = 25;

/** Levels of patients by pseudonym, of those who do not leave as they are: the job knows. */
export type LevelsOf = (ids: readonly string[]) => Promise<readonly PatientLevel[]>;

/** The next slice of a shard. */
export async function readShard(
  spec: ShardSpec,
  store: ShardStore,
  services: Services,
  levelsOf: LevelsOf,
  call: Call,
): Promise<ReadSlice> {
  const { order, type, window } = spec;
  const { config, programme } = services;
  const { epoch, state } = store.facts;
  const { request, principal } = order;
  const tenant = programme.tenant(principal.tenant);
  const view = await viewOf(order, services, call);
  // What was decided before a withdrawal is not believed a second time.
  const consent =
    epoch > 0 && view.consent !== undefined ? tenant.consentFor(principal, "anew") : view.consent;
  const { mayInclude: _, ...release } = releaseBy({ ...view, consent }, tenant, call);
  const anonymisers: Anonymiser[] = [];
  const shown = new FactGatherer();
  const slice = await readSlice(state, {
    upstream:
      spec.file === undefined
        ? tenant.upstream
        : createBulkPages(tenant.bulk, spec.file.cursor, spec.file.count || undefined),
    call,
    resourceType: type,
    searches: searchesFor(spec, store, view),
    window,
    release: {
      ...release,
      anonymiserFor(withheldPatients) {
        const anonymiser = view.anonymiserFor(withheldPatients);
        anonymisers.push(anonymiser);
        return anonymiser;
      },
      pause: () => scheduler.wait(0),
      // Within a page the order would tell in which order things happened.
      visibleOrder: view.audience === "anonymised" ? NO_VISIBLE_ORDER : undefined,
    },
    format: request.format,
    table: request.format === "ndjson" ? undefined : tableOf(type, view),
    elements: request.elements.get(type),
    isNew: (id) => !store.hasRead(id),
    ...(view.audience === "anonymised" ? { generalise: generaliserOf(spec, services, levelsOf, shown) } : {}),
    gzip,
    limits: { pages: PAGES, bytes: config.partBytes },
  });
  return { ...slice, facts: shown.facts(), elements: elementsOf(anonymisers) };
}

function searchesFor(
  { order, type, isHelper, file }: ShardSpec,
  store: ShardStore,
  view: ExportView,
): SliceSearch[] {
  // A file holds what was ordered: there is nothing to search by.
  if (file !== undefined) return [{ parameters: [], matches: undefined }];
  const all = isHelper ? { ...order, request: { ...order.request, typeFilters: [] } } : order;
  return searchesOf(all, type, isLimited(order) ? store.limitedTo() : undefined, view);
}

/** Gathers what is shown of patients; where classes have a size, each leaves as coarse as was decided, or not at all. */
function generaliserOf(
  { pass }: ShardSpec,
  { programme }: Services,
  levelsOf: LevelsOf,
  shown: FactGatherer,
): (resources: readonly AnyResource[]) => Promise<readonly AnyResource[]> {
  const { plan } = programme.exported;
  const generalise = createGeneraliser(plan);
  return async (resources) => {
    if (pass === "count") {
      for (const resource of resources) shown.add(resource);
      return [];
    }
    const left =
      plan.policy.minimumClassSize === undefined
        ? resources
        : await generalised(resources, generalise, levelsOf);
    for (const resource of left) shown.add(resource);
    return left;
  };
}

async function generalised(
  resources: readonly AnyResource[],
  generalise: ReturnType<typeof createGeneraliser>,
  levelsOf: LevelsOf,
): Promise<AnyResource[]> {
  const patients = resources.map(patientAbout);
  const named = new Set(patients.filter((id) => id !== undefined));
  const decided = named.size === 0 ? [] : await levelsOf([...named]);
  const levels = new Map(decided.map(({ id, level }) => [id, level]));
  return resources.flatMap((resource, index) => {
    const level = levels.get(patients[index] ?? "") ?? 0;
    return level === "withheld" ? [] : [generalise(resource, level)];
  });
}

function elementsOf(anonymisers: readonly Anonymiser[]): ReadSlice["elements"] {
  const sum = { kept: 0, transformed: 0, dropped: 0 };
  for (const anonymiser of anonymisers) {
    for (const { kept, transformed, dropped, unknown } of anonymiser.report().elements) {
      sum.kept += kept;
      sum.transformed += transformed;
      sum.dropped += dropped + unknown;
    }
  }
  return sum;
}

/** Whether only some patients' data are exported. */
export function isLimited({ request }: ShardSpec["order"]): boolean {
  return request.level.kind === "group" || request.patients !== undefined;
}
