import type { ExportOrder } from "@aarohan/export";
import type { ExportView } from "@aarohan/programme";
import type { Call } from "@aarohan/upstream";
import type { JobStore } from "./job-store.ts";
import { isLimited } from "./read-shard.ts";
import type { Services } from "./services.ts";
import { searchesOf, viewOf } from "./shard-view.ts";

/** Whether the server's own export can give what was ordered: whole types, and nobody's in particular. */
export function isByBulk(order: ExportOrder, view: ExportView, { config }: Services): boolean {
  const { until, typeFilters } = order.request;
  if (config.source !== "bulk" || until !== undefined || typeFilters.length > 0 || isLimited(order))
    return false;
  // Where the caller's view narrows a type, only a search can.
  return order.types.every((type) =>
    searchesOf(order, type, undefined, view).every(({ parameters }) => parameters.length === 0),
  );
}

/** Orders the server's own export, or looks after it: milliseconds until the next look; `undefined` once all is planned. */
export async function planBulk(
  store: JobStore,
  order: ExportOrder,
  services: Services,
  call: Call,
): Promise<number | undefined> {
  const { bulk } = services.programme.tenant(order.principal.tenant);
  const view = await viewOf(order, services, call);
  const { since, level } = order.request;
  const from = since === undefined ? undefined : view.shownInstant(since);
  const { bulkStatus, transactionTime = order.created } = store.facts;
  if (bulkStatus === undefined) {
    const kind = level.kind === "patient" ? "patient" : "system";
    store.set({ bulkStatus: await bulk.kickOff({ level: kind, types: order.types, since: from }, call) });
    return 500;
  }
  const state = await bulk.poll(bulkStatus, call);
  if (state.kind === "running") return state.retryAfterSeconds * 1000;
  const time = Math.min(transactionTime, state.transactionTime);
  store.set({ transactionTime: time });
  const planned = new Set(store.facts.plannedTypes);
  for (const type of order.types.filter((one) => !planned.has(one))) {
    const files = state.files.filter((file) => file.type === type);
    store.plan(
      type,
      files.map(({ cursor, count }) => ({ from, before: time + 1, expected: count ?? 0, file: cursor })),
    );
  }
  return undefined;
}
