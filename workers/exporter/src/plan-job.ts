import { EdgeError } from "@aarohan/contract";
import { type ExportOrder, type LastUpdatedWindow, planWindows, windowParameters } from "@aarohan/export";
import { parseResource } from "@aarohan/fhir";
import type { Call, Upstream } from "@aarohan/upstream";
import type { JobStore } from "./job-store.ts";
import { isLimited } from "./read-shard.ts";
import type { Services } from "./services.ts";
import { searchesOf, viewOf } from "./shard-view.ts";

/** Types that one step plans: after each the job can be interrupted. */
const TYPES_AT_ONCE = 8;

/**
 * Plans some more types: true once all are planned. A type that the server does not have has nothing to export. What a fault
 * gives up (`isGivenUp`) is planned as one share, which then says in the manifest what became of it.
 */
export async function planSome(
  store: JobStore,
  order: ExportOrder,
  services: Services,
  isGivenUp: (fault: unknown) => boolean,
  call: Call,
): Promise<boolean> {
  const planned = new Set(store.facts.plannedTypes);
  const missing = order.types.filter((type) => !planned.has(type));
  const view = await viewOf(order, services, call);
  const patients = store.patients();
  for (const type of missing.slice(0, TYPES_AT_ONCE)) {
    const window = windowOf(order, store.facts.transactionTime ?? order.created, view.shownInstant);
    if (type === "MeasureReport") {
      // Not searched for, but counted.
      store.plan(type, [{ ...window, expected: 0 }]);
      continue;
    }
    const searches = searchesOf(order, type, patients, view);
    try {
      store.plan(type, await shardsOf(type, searches, window, order, services, call));
    } catch (fault) {
      if (!isGivenUp(fault)) throw fault;
      store.plan(type, [{ ...window, expected: 0 }]);
    }
  }
  if (missing.length > TYPES_AT_ONCE) return false;
  if (store.facts.pass === "count" && store.facts.isHelperPlanned !== true && !hasAllPatients(order)) {
    const before = (store.facts.transactionTime ?? order.created) + 1;
    store.plan("Patient", [{ from: undefined, before, expected: 0 }], true);
  }
  return true;
}

/** Whether the export itself shows what every patient is like. */
function hasAllPatients({ types, request }: ExportOrder): boolean {
  const isNarrowed = request.since !== undefined || request.until !== undefined;
  return (
    types.includes("Patient") && !isNarrowed && !request.typeFilters.some(({ type }) => type === "Patient")
  );
}

/** From `_since` on, before `_until`, and up to the transaction time, which is included, as the specification has it. */
function windowOf(
  { request }: ExportOrder,
  transactionTime: number,
  shownInstant: (milliseconds: number) => number,
): LastUpdatedWindow {
  const until = request.until === undefined ? Number.POSITIVE_INFINITY : shownInstant(request.until);
  return {
    from: request.since === undefined ? undefined : shownInstant(request.since),
    before: Math.min(until, transactionTime + 1),
  };
}

async function shardsOf(
  type: string,
  searches: readonly { readonly parameters: readonly (readonly [string, string])[] }[],
  window: LastUpdatedWindow,
  order: ExportOrder,
  { config, programme }: Services,
  call: Call,
): Promise<(LastUpdatedWindow & { readonly expected: number })[]> {
  const [first, ...others] = searches;
  if (first === undefined) return [];
  // Several searches may find the same: one shard reads them, and knows what it has.
  if (others.length > 0 || isLimited(order)) return [{ ...window, expected: 0 }];
  const { upstream } = programme.tenant(order.principal.tenant);
  const counter = new Counter(upstream, type, first.parameters, call);
  const expected = await counter.all(window, order.request.types !== undefined);
  if (expected === undefined) return [];
  if (expected === "nothing") {
    // Who is withheld patients does not learn by a missing share that there is nothing to withhold.
    return order.principal.role === "data-analyst" ? [{ ...window, expected: 0 }] : [];
  }
  const ports = {
    count: (part: LastUpdatedWindow) => counter.count(part),
    oldest: () => counter.oldest(window),
  };
  return planWindows(window, expected, ports, config.windowResources);
}

/** Asks the programme's server how many there are. */
class Counter {
  readonly #upstream: Upstream;
  readonly #type: string;
  readonly #parameters: readonly (readonly [string, string])[];
  readonly #call: Call;

  constructor(
    upstream: Upstream,
    type: string,
    parameters: readonly (readonly [string, string])[],
    call: Call,
  ) {
    this.#upstream = upstream;
    this.#type = type;
    this.#parameters = parameters;
    this.#call = call;
  }

  /**
   * `nothing` where there is nothing, whatever is counted; `undefined` for a type that is unknown to the server, and was not
   * asked for.
   */
  async all(window: LastUpdatedWindow, isAskedFor: boolean): Promise<number | "nothing" | undefined> {
    try {
      const { bundle } = await this.#search(window, ["_count", "1"], ["_total", "accurate"]);
      if (bundle.entries.length === 0) return "nothing";
      return bundle.total ?? (await this.count(window));
    } catch (error) {
      const isUnknown = error instanceof EdgeError && error.code === "search-refused";
      if (!isUnknown) throw error;
      // The shard finds out, and says so.
      return isAskedFor ? 0 : undefined;
    }
  }

  async count(window: LastUpdatedWindow): Promise<number> {
    const { bundle } = await this.#search(window, ["_summary", "count"]);
    return bundle.total ?? 0;
  }

  async oldest(window: LastUpdatedWindow): Promise<number | undefined> {
    const { bytes, bundle } = await this.#search(window, ["_sort", "_lastUpdated"], ["_count", "1"]);
    const [entry] = bundle.entries;
    if (entry === undefined) return undefined;
    const updated = Date.parse(String(Object(parseResource(bytes, entry).meta).lastUpdated));
    return Number.isNaN(updated) ? undefined : updated;
  }

  #search(window: LastUpdatedWindow, ...further: readonly (readonly [string, string])[]) {
    return this.#upstream.search(
      this.#type,
      [...this.#parameters, ...windowParameters(window), ...further],
      this.#call,
    );
  }
}
