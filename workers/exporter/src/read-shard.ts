import { readSlice, type Slice } from "@aarohan/export";
import { tableOf } from "@aarohan/formats";
import { releaseBy } from "@aarohan/programme";
import type { Call } from "@aarohan/upstream";
import { gzip } from "./gzip.ts";
import type { Services } from "./services.ts";
import type { ShardSpec } from "./shard-spec.ts";
import type { ShardStore } from "./shard-store.ts";
import { searchesOf, viewOf } from "./shard-view.ts";

/** Pages of one slice: with a thousand resources each, about a second of work. */
const PAGES = 25;

/** The next slice of a shard. */
export async function readShard(
  { order, type, window }: ShardSpec,
  store: ShardStore,
  services: Services,
  call: Call,
): Promise<Slice> {
  const { config, programme } = services;
  const { epoch, state } = store.facts;
  const { request, principal } = order;
  const tenant = programme.tenant(principal.tenant);
  const view = await viewOf(order, services, call);
  // What was decided before a withdrawal is not believed a second time.
  const consent =
    epoch > 0 && view.consent !== undefined ? tenant.consentFor(principal, "anew") : view.consent;
  const limited = store.limitedTo();
  const { mayInclude: _, ...release } = releaseBy({ ...view, consent }, tenant, call);
  return readSlice(state, {
    upstream: tenant.upstream,
    call,
    resourceType: type,
    searches: searchesOf(order, type, isLimited(order) ? limited : undefined, view),
    window,
    release: {
      ...release,
      pause: () => scheduler.wait(0),
      // Within a page the order would tell in which order things happened.
      visibleOrder: view.audience === "anonymised" ? () => "" : undefined,
    },
    format: request.format,
    table: request.format === "ndjson" ? undefined : tableOf(type, view),
    elements: request.elements.get(type),
    isNew: (id) => !store.hasRead(id),
    gzip,
    limits: { pages: PAGES, bytes: config.partBytes },
  });
}

export function isLimited({ request }: ShardSpec["order"]): boolean {
  return request.level.kind === "group" || request.patients !== undefined;
}
