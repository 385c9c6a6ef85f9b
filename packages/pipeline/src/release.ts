import { BATCH_BYTES } from "@aarohan/contract";
import type { Anonymiser } from "@aarohan/deid";
import { type AnyResource, parseResource, patientsNamed } from "@aarohan/fhir";
import type { UpstreamPage } from "@aarohan/upstream";

export interface ReleasedEntry {
  readonly resource: AnyResource;
  readonly mode: "match" | "include";
}

export interface ReleasedPage {
  readonly entries: readonly ReleasedEntry[];
  /** Resources of the page that the policy withheld whole. */
  readonly withheld: number;
}

export interface ReleaseOptions {
  /** The anonymiser of this answer; patients whose data are withheld are known before. */
  readonly anonymiserFor: (withheldPatients: ReadonlySet<string> | undefined) => Anonymiser;
  /** Of these patients those whose data are withheld (consent). `undefined` for who may see all. */
  readonly withheldOf?: (patientIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Whether the caller may see this resource of the programme's server at all. Default all. */
  readonly isAuthorised?: (resource: AnyResource) => boolean;
  /** Fetches what the anonymiser has to know of a resource before: the form of a QuestionnaireResponse. */
  readonly prepare?: (resource: AnyResource) => Promise<void>;
  /**
   * `undefined` for a caller who sees identified data, in the upstream's order. What an anonymised caller sees of the order: entries that are equal in it are put in order of their pseudonyms,
   * because the upstream's order among them (by the second, by registration) would tell what the policy truncated.
   */
  readonly visibleOrder: ((resource: AnyResource) => string) | undefined;
  /** What of the anonymised matches is an answer: the upstream may find more, by what is hidden. Default all. */
  readonly matches?: (resource: AnyResource) => boolean;
  /** Lets other requests run between two batches. */
  readonly pause: () => Promise<void>;
}

/**
 * page ▸ consent ▸ anonymise. Synchronous per resource; pauses after each 256 KiB of input. Holds the page's bytes (at most
 * 32 MiB) and what is released of it.
 */
export async function releasePage(page: UpstreamPage, options: ReleaseOptions): Promise<ReleasedPage> {
  // The upstream's own remarks (mode outcome) may quote values: they end here.
  const sources = page.bundle.entries.filter(({ mode }) => mode !== "outcome");
  const anonymiser = options.anonymiserFor(await withheldPatients(page.bytes, sources, options));
  const entries: ReleasedEntry[] = [];
  let withheld = 0;
  let batched = 0;
  for (const entry of sources) {
    batched += entry.end - entry.start;
    if (batched > BATCH_BYTES) {
      await options.pause();
      batched = 0;
    }
    const resource = parseResource(page.bytes, entry);
    if (options.isAuthorised?.(resource) === false) {
      withheld += 1;
      continue;
    }
    if (resource.resourceType === "QuestionnaireResponse") await options.prepare?.(resource);
    const result = anonymiser.anonymise(resource);
    if (result.kind === "withheld") withheld += 1;
    else if (entry.mode !== "match" || options.matches?.(result.resource) !== false) {
      entries.push({ resource: result.resource, mode: entry.mode === "include" ? "include" : "match" });
    }
  }
  const { visibleOrder } = options;
  return { entries: visibleOrder === undefined ? entries : orderTies(entries, visibleOrder), withheld };
}

/** One resource, as `releasePage` does it; `undefined` where the policy or the patient withholds it. */
export async function releaseResource(
  bytes: Uint8Array,
  options: Pick<ReleaseOptions, "anonymiserFor" | "withheldOf" | "isAuthorised" | "prepare">,
): Promise<AnyResource | undefined> {
  const whole = { start: 0, end: bytes.length };
  const anonymiser = options.anonymiserFor(await withheldPatients(bytes, [whole], options));
  const resource = parseResource(bytes, whole);
  if (options.isAuthorised?.(resource) === false) return undefined;
  await options.prepare?.(resource);
  const result = anonymiser.anonymise(resource);
  return result.kind === "withheld" ? undefined : result.resource;
}

/** One question for all patients that the page names. */
async function withheldPatients(
  bytes: Uint8Array,
  spans: readonly { readonly start: number; readonly end: number }[],
  { withheldOf }: Pick<ReleaseOptions, "withheldOf">,
): Promise<ReadonlySet<string> | undefined> {
  if (withheldOf === undefined) return undefined;
  const ids = new Set<string>();
  for (const span of spans) for (const id of patientsNamed(bytes, span)) ids.add(id);
  return ids.size === 0 ? new Set() : withheldOf([...ids]);
}

/** Stable: runs of entries that can be told apart keep the upstream's order; within a run, pseudonyms decide. */
function orderTies(entries: readonly ReleasedEntry[], visibleOrder: (resource: AnyResource) => string) {
  let run = 0;
  let last: string | undefined;
  const placed = entries.map((entry) => {
    const key = `${entry.mode} ${visibleOrder(entry.resource)}`;
    if (key !== last) run += 1;
    last = key;
    return { entry, run, id: String(entry.resource.id) };
  });
  placed.sort((a, b) => a.run - b.run || (a.id < b.id ? -1 : 1));
  return placed.map(({ entry }) => entry);
}
