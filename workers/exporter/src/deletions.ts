import { EdgeError } from "@aarohan/contract";
import type { ExportOrder } from "@aarohan/export";
import { type AnyResource, parseResource, searchParametersOf } from "@aarohan/fhir";
import { GzipWriter } from "@aarohan/files";
import { encodeNdjson } from "@aarohan/formats";
import type { ExportView } from "@aarohan/programme";
import type { Call, Upstream } from "@aarohan/upstream";
import { purposeOf } from "./audience.ts";
import { withheldNow } from "./check-shard.ts";
import type { UntoldReason, UntoldType } from "./deletion-store.ts";
import { type EarlierConsent, releasableOn } from "./earlier-consents.ts";
import { createExportFiles } from "./export-files.ts";
import { gzip } from "./gzip.ts";
import { DELETIONS, type JobStore } from "./job-store.ts";
import { isLimited } from "./read-shard.ts";
import type { Services } from "./services.ts";
import { searchesOf, viewOf } from "./shard-view.ts";
import { withdrawnSince } from "./withdrawn.ts";

/** File of the manifest's `deleted`. */
const DELETED = "Bundle.deleted.ndjson";
const ENTRIES_PER_BUNDLE = 1000;
/** Pages of histories that one step reads. */
const PAGES_AT_ONCE = 20;
/** Patients whose resources one search asks for. */
const PATIENTS_AT_ONCE = 50;

/**
 * Gathers some more of what was deleted since `_since`: true once all is known. First the histories of the types, then,
 * for who sees anonymised data, what belongs to patients who have withdrawn their consent since.
 */
export async function gatherDeletions(
  store: JobStore,
  order: ExportOrder,
  services: Services,
  call: Call,
): Promise<boolean> {
  const { since } = order.request;
  if (since === undefined) return true;
  const view = await viewOf(order, services, call);
  const from = view.shownInstant(since);
  for (let pages = 0; pages < PAGES_AT_ONCE; pages += 1) {
    const type = order.types.find((one) => !store.deletions.isKnown(one));
    if (type === undefined) {
      await gatherWithdrawn(store, order, from, view, services, call);
      return true;
    }
    await readHistoryOf(type, store, order, from, view, services, call);
  }
  return false;
}

/** One page. Of a narrowed type nobody can tell whether what is gone was part of it. */
async function readHistoryOf(
  type: string,
  store: JobStore,
  order: ExportOrder,
  since: number,
  view: ExportView,
  { programme }: Services,
  call: Call,
): Promise<void> {
  if (isNarrowed(type, order, view)) return store.deletions.end(type, "narrowed");
  const { upstream } = programme.tenant(order.principal.tenant);
  const page = await historyPage(type, store, since, upstream, call);
  if (page === undefined) return store.deletions.end(type, "unknown");
  // What came after the transaction time is for the next export.
  const { transactionTime = order.created } = store.facts;
  const counted = page.versions.filter(({ at }) => at === undefined || at <= transactionTime);
  store.deletions.add(type, counted, page.next);
}

async function historyPage(
  type: string,
  store: JobStore,
  since: number,
  upstream: Upstream,
  call: Call,
): ReturnType<Upstream["history"]> {
  const cursor = store.deletions.cursor(type);
  try {
    return await upstream.history(type, cursor === undefined ? { since } : { cursor }, call);
  } catch (error) {
    if (error instanceof EdgeError && error.code === "page-expired") store.deletions.restart(type);
    throw error;
  }
}

function isNarrowed(type: string, order: ExportOrder, view: ExportView): boolean {
  return (
    isLimited(order) ||
    view.isAuthorised !== undefined ||
    order.request.typeFilters.some((filter) => filter.type === type) ||
    searchesOf(order, type, undefined, view).some(({ parameters }) => parameters.length > 0)
  );
}

/** Who has not been exported before is not told of: what was made since, and never changed, is in no earlier file. */
async function gatherWithdrawn(
  store: JobStore,
  order: ExportOrder,
  since: number,
  view: ExportView,
  services: Services,
  call: Call,
): Promise<void> {
  const changed = await withdrawnSince(order, since, services);
  const withheld = [...(await withheldNow({ order }, changed, services, call))];
  const { upstream } = services.programme.tenant(order.principal.tenant);
  const { releasable, isTold } = await releasableBefore(order, withheld, since, services, call);
  // Said of all patients alike: it does not tell whether it is one of those whom the export is limited to.
  if (!isTold) store.complain("information", UNTOLD_WITHDRAWALS);
  const limited = store.patients();
  const mine = withheld.filter((id) => releasable.has(id) && (limited?.includes(id) ?? true));
  for (let at = 0; at < mine.length; at += PATIENTS_AT_ONCE) {
    const patients = mine.slice(at, at + PATIENTS_AT_ONCE);
    for (const type of order.types.filter(belongsToPatients)) {
      const unfiltered = { ...order, request: { ...order.request, typeFilters: [] } };
      for (const { parameters } of searchesOf(unfiltered, type, patients, view)) {
        const ids = await idsBefore(type, parameters, since, upstream, call);
        store.deletions.addWithdrawn(type, ids);
      }
    }
  }
}

/** Whose data nobody could have had is not told of, though their Consent is written anew, and says what it said. */
async function releasableBefore(
  { principal }: ExportOrder,
  patients: readonly string[],
  since: number,
  { config, programme }: Services,
  call: Call,
): Promise<EarlierConsent> {
  const { consent } = config.programme;
  if (consent.mode === "none") return { releasable: new Set(), isTold: true };
  const { utcOffsetMinutes } = programme.exported.plan.policy;
  const decision = { mode: consent.mode, purpose: purposeOf(principal, consent), utcOffsetMinutes };
  return releasableOn(patients, since, decision, programme.tenant(principal.tenant).upstream, call);
}

/** What cannot be searched by patient is nobody's. */
function belongsToPatients(type: string): boolean {
  return type === "Patient" || searchParametersOf(type).has("patient");
}

/** Ids of what is found, and was there before the instant as far as its version tells. */
async function idsBefore(
  type: string,
  parameters: readonly (readonly [string, string])[],
  since: number,
  upstream: Upstream,
  call: Call,
): Promise<string[]> {
  const ids: string[] = [];
  let page = await upstream.search(type, [...parameters, ["_elements", "id,meta"], ["_count", "1000"]], call);
  for (;;) {
    for (const entry of page.bundle.entries) {
      const resource = parseResource(page.bytes, entry);
      if (typeof resource.id === "string" && entry.mode === "match" && wasThere(resource, since))
        ids.push(resource.id);
    }
    if (page.next === undefined) return ids;
    page = await upstream.follow(page.next, call);
  }
}

function wasThere({ meta }: AnyResource, since: number): boolean {
  const { versionId, lastUpdated } = Object(meta);
  return versionId !== "1" || !(Date.parse(String(lastUpdated)) >= since);
}

/** Writes the transactions that delete what is gone, with ids as the files have them, in an order that tells nothing. */
export async function writeDeletions(
  env: Env,
  store: JobStore,
  order: ExportOrder,
  services: Services,
): Promise<void> {
  if (order.request.since === undefined) return;
  const view = await viewOf(order, services, { requestId: order.id });
  for (const text of untold(store.deletions.untold(), order.types.length))
    store.complain("information", text);
  const urls = store.deletions
    .all()
    .map(({ type, id }) => `${type}/${view.shownId(type, id)}`)
    .toSorted();
  if (urls.length === 0) return;
  const writer = new GzipWriter(gzip);
  const bundles: AnyResource[] = [];
  for (let at = 0; at < urls.length; at += ENTRIES_PER_BUNDLE)
    bundles.push(transactionOf(urls.slice(at, at + ENTRIES_PER_BUNDLE)));
  for (const chunk of encodeNdjson(bundles)) writer.write(chunk);
  const { file, bytes } = writer.finish();
  await createExportFiles(env.EXPORT_FILES, order.id).put(DELETED, bytes);
  store.addFile(DELETIONS, { name: DELETED, type: "Bundle", lines: bundles.length, file });
}

/** Of which types deletions are not listed, and why. */
function untold(missing: readonly UntoldType[], types: number): string[] {
  return Object.entries(REASONS).flatMap(([reason, words]) => {
    const some = missing.filter((one) => one.reason === reason).map(({ type }) => type);
    if (some.length === 0) return [];
    return [`Deletions ${some.length === types ? "" : `of ${some.join(", ")} `}are not listed: ${words}.`];
  });
}

const UNTOLD_WITHDRAWALS =
  "Withdrawals of consent are not all listed: the programme's server does not tell what Consents said before.";

const REASONS: Readonly<Record<UntoldReason, string>> = {
  narrowed: "the export is narrowed, and what is gone cannot be asked whose it was",
  unknown: "the programme's server does not tell its history",
  failed: "the programme's server failed to tell its history",
};

function transactionOf(urls: readonly string[]): AnyResource {
  const entry = urls.map((url) => ({ request: { method: "DELETE", url } }));
  return { resourceType: "Bundle", type: "transaction", entry };
}
