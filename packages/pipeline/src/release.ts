import { BATCH_BYTES, EdgeError } from "@aarohan/contract";
import {
  type Anonymiser,
  type Inclusion,
  linked,
  type VisibleOrder,
  type WithheldPatients,
} from "@aarohan/deid";
import { type AnyResource, PatientFinder, parseResource, patientsNamed } from "@aarohan/fhir";
import type { UpstreamPage } from "@aarohan/upstream";

export interface ReleasedEntry {
  readonly resource: AnyResource;
  readonly mode: "match" | "include";
  /** Ids of the patients whom it shows, as the upstream has them. */
  readonly patients: readonly string[];
}

export interface ReleasedPage {
  readonly entries: readonly ReleasedEntry[];
  /** Resources of the page that were withheld whole. */
  readonly withheld: number;
  /** Resources of the page that could not be read. */
  readonly malformed: number;
  /** Ids of the patients whom the released resources name, as the upstream has them. */
  readonly patients: ReadonlySet<string>;
}

export interface ReleaseOptions {
  /** The anonymiser of this answer; patients whose data are withheld are known before. */
  readonly anonymiserFor: (withheldPatients: WithheldPatients | undefined) => Anonymiser;
  /** Of these patients those whose data are withheld (consent). `undefined` for who may see all. */
  readonly withheldOf?: (patientIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Whether the caller may see this resource of the programme's server at all. Default all. */
  readonly isAuthorised?: (resource: AnyResource) => boolean;
  /** Whether this resource of the page is wanted, before anything is done with it. Default all. */
  readonly isWanted?: (resource: AnyResource) => boolean;
  /** Passes over a resource that is no FHIR JSON, and counts it; by default the page fails (`upstream-malformed`). */
  readonly passOverMalformed?: boolean;
  /** Fetches what the anonymiser has to know of a resource before: the form of a QuestionnaireResponse. */
  readonly prepare?: (resource: AnyResource) => Promise<void>;
  /**
   * `undefined` for a caller who sees identified data, in the upstream's order. An anonymised caller sees an order by what is
   * shown, and by pseudonyms where that is equal: the upstream's order (by the second, by registration, by a date that is
   * hidden) would tell what the policy left out.
   */
  readonly visibleOrder: VisibleOrder | undefined;
  /** What of the anonymised matches is an answer: the upstream may find more, by what is hidden. Default all. */
  readonly matches?: (resource: AnyResource) => boolean;
  /** By which references included resources belong to a match; the others do not leave. Default all do. */
  readonly inclusions?: readonly Inclusion[] | undefined;
  /** Whether resources of the type may be included. Default all. */
  readonly mayInclude?: (resourceType: string) => boolean;
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
  const finder = new PatientFinder(page.bytes);
  const named = sources.map((span) => finder.named(span));
  const withheldOnes = await withheldPatients(named, options);
  const anonymiser = options.anonymiserFor(withheldOnes);
  const entries: ReleasedEntry[] = [];
  let withheld = 0;
  let malformed = 0;
  let batched = 0;
  for (const [index, entry] of sources.entries()) {
    batched += entry.end - entry.start;
    if (batched > BATCH_BYTES) {
      await options.pause();
      batched = 0;
    }
    const source = read(page.bytes, entry, options);
    if (source === undefined) malformed += 1;
    if (source === undefined || options.isWanted?.(source) === false) continue;
    if (entry.mode === "include" && options.mayInclude?.(source.resourceType) === false) continue;
    const resource = await released(source, anonymiser, options);
    if (resource === undefined) withheld += 1;
    else if (entry.mode !== "match" || options.matches?.(resource) !== false) {
      const mode = entry.mode === "include" ? "include" : "match";
      entries.push({ resource, mode, patients: shownOf(named[index] ?? [], withheldOnes) });
    }
  }
  const left = withoutUnlinked(entries, options.inclusions);
  const { visibleOrder } = options;
  return {
    entries: visibleOrder === undefined ? left : inVisibleOrder(left, visibleOrder),
    withheld,
    malformed,
    patients: new Set(left.flatMap(({ patients }) => patients)),
  };
}

function read(
  bytes: Uint8Array,
  span: { readonly start: number; readonly end: number },
  { passOverMalformed = false }: Pick<ReleaseOptions, "passOverMalformed">,
): AnyResource | undefined {
  try {
    return parseResource(bytes, span);
  } catch (error) {
    if (passOverMalformed && error instanceof EdgeError && error.code === "upstream-malformed")
      return undefined;
    throw error;
  }
}

function withoutUnlinked(
  entries: readonly ReleasedEntry[],
  inclusions: readonly Inclusion[] | undefined,
): readonly ReleasedEntry[] {
  const included = entries.filter(({ mode }) => mode === "include");
  if (inclusions === undefined || included.length === 0) return entries;
  const matches = entries.filter(({ mode }) => mode === "match");
  const resources = (some: readonly ReleasedEntry[]) => some.map(({ resource }) => resource);
  const kept = new Set(linked(inclusions, resources(matches), resources(included)));
  return [...matches, ...included.filter(({ resource }) => kept.has(resource))];
}

/** One resource, as `releasePage` does it; `undefined` where the policy or the patient withholds it. */
export async function releaseResource(
  bytes: Uint8Array,
  options: Pick<ReleaseOptions, "anonymiserFor" | "withheldOf" | "isAuthorised" | "prepare">,
): Promise<{ readonly resource: AnyResource; readonly patients: ReadonlySet<string> } | undefined> {
  const whole = { start: 0, end: bytes.length };
  const named = patientsNamed(bytes, whole);
  const withheldOnes = await withheldPatients([named], options);
  const anonymiser = options.anonymiserFor(withheldOnes);
  const resource = await released(parseResource(bytes, whole), anonymiser, options);
  return resource === undefined ? undefined : { resource, patients: new Set(shownOf(named, withheldOnes)) };
}

/** Of the patients whom a released resource names those whose data may leave: references to the others do not. */
function shownOf(named: readonly string[], withheldOnes: WithheldPatients | undefined): readonly string[] {
  return withheldOnes === undefined ? named : named.filter((id) => !withheldOnes.has(id));
}

async function released(
  resource: AnyResource,
  anonymiser: Anonymiser,
  { isAuthorised, prepare }: Pick<ReleaseOptions, "isAuthorised" | "prepare">,
): Promise<AnyResource | undefined> {
  if (isAuthorised?.(resource) === false) return undefined;
  if (resource.resourceType === "QuestionnaireResponse") await prepare?.(resource);
  const result = anonymiser.anonymise(resource);
  return result.kind === "withheld" ? undefined : result.resource;
}

/**
 * One question for all patients that the page names. Who was not asked about counts as withheld: names are found in the
 * bytes, and a server may write one so that it is found only when it is parsed.
 */
async function withheldPatients(
  named: readonly (readonly string[])[],
  { withheldOf }: Pick<ReleaseOptions, "withheldOf">,
): Promise<WithheldPatients | undefined> {
  if (withheldOf === undefined) return undefined;
  const asked = new Set(named.flat());
  const withheld = asked.size === 0 ? asked : await withheldOf([...asked]);
  return { has: (id) => !asked.has(id) || withheld.has(id) };
}

/** Matches by what they show of the order, those that show nothing of it behind; then what is included; pseudonyms decide. */
function inVisibleOrder(
  entries: readonly ReleasedEntry[],
  { keyOf, isDescending }: VisibleOrder,
): readonly ReleasedEntry[] {
  const placed = entries.map((entry) => {
    const key = entry.mode === "include" ? "" : keyOf(entry.resource);
    const group = entry.mode === "include" ? 2 : key === "" ? 1 : 0;
    return { entry, group, key, id: String(entry.resource.id) };
  });
  const direction = isDescending ? -1 : 1;
  placed.sort((a, b) => a.group - b.group || direction * compared(a.key, b.key) || compared(a.id, b.id));
  return placed.map(({ entry }) => entry);
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
