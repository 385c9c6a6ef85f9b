import { type Inclusion, linked } from "@aarohan/deid";
import type { UpstreamPage } from "@aarohan/upstream";
import { type ReleasedEntry, type ReleaseOptions, releasePage } from "./release.ts";
import { positionAfter, type SearchPosition } from "./search-position.ts";

/** A place among what is shown of a search: a window of the upstream's, and where in it. */
export interface ShownPlace {
  /** The upstream's cursor of the window; `undefined` for the first one. */
  readonly cursor?: string;
  /** Where the search stands before the window, for when the upstream has forgotten the cursor. */
  readonly before?: SearchPosition;
  /** Id of the last entry that was shown of the window; `undefined` where none was. */
  readonly after?: string;
  /** How many were shown of it: counts where that entry has changed since. */
  readonly offset: number;
}

export interface GatherOptions {
  /** Entries per page. */
  readonly count: number;
  /** The window at a place, of `windowSize` resources. */
  readonly fetch: (place: ShownPlace) => Promise<UpstreamPage>;
  readonly release: ReleaseOptions;
  readonly windowSize: number;
  /** True where everything that the upstream finds is shown: then its pages are ours. */
  readonly hidesNothing: boolean;
  /** When the first page was asked for, in milliseconds since 1970. */
  readonly started: number;
}

export interface GatheredPage {
  readonly entries: readonly ReleasedEntry[];
  /** Resources that were read for the page, and withheld whole. */
  readonly withheld: number;
  readonly patients: ReadonlySet<string>;
  /** `undefined` where nothing more is shown. */
  readonly next: ShownPlace | undefined;
  /** The upstream's count of what it found. */
  readonly upstreamTotal: number | undefined;
}

/** So many windows in a row may show nothing before a page ends early. */
const MOST_WINDOWS = 20;

/** At least so many of the upstream's resources are put in order, and cut into pages, together. */
export const LEAST_WINDOW = 100;

/**
 * A page of what is shown: full, unless nothing more is shown, and with a next one only where that shows something. So
 * neither the length of a page nor its links tell what is hidden. Reads as many windows as that takes, each anew: what is
 * left over of one is not kept. Throws what `fetch` throws.
 */
export async function gatherPage(from: ShownPlace, options: GatherOptions): Promise<GatheredPage> {
  const shown: ReleasedEntry[] = [];
  const included: ReleasedEntry[] = [];
  let withheld = 0;
  let upstreamTotal: number | undefined;
  let place = from;
  for (let windows = 1; ; windows += 1) {
    const page = await options.fetch(place);
    upstreamTotal ??= page.bundle.total;
    const released = await releasePage(page, options.release);
    withheld += released.withheld;
    const matches = released.entries.filter(({ mode }) => mode === "match");
    const start = startIn(matches, place);
    const taken = matches.slice(start, start + options.count - shown.length);
    shown.push(...taken);
    included.push(...released.entries.filter(({ mode }) => mode === "include"));
    const rest = start + taken.length;
    const gathered = (next: ShownPlace | undefined) => ({
      ...withIncluded(shown, included, options.release.inclusions),
      withheld,
      next,
      upstreamTotal,
    });
    if (rest < matches.length) return gathered(within(place, matches, rest));
    if (page.next === undefined) return gathered(undefined);
    const { started, windowSize: count } = options;
    place = { cursor: page.next, before: positionAfter(page, { started, count }), offset: 0 };
    if (options.hidesNothing || windows >= MOST_WINDOWS) return gathered(place);
  }
}

export interface ShownCount {
  /** `undefined` for more than 20 windows hold. */
  readonly total: number | undefined;
  readonly withheld: number;
}

/** How many a search shows: counted, because the upstream's number would count what is hidden. */
export async function countShown({
  fetch,
  release,
  started,
  windowSize: count,
}: Pick<GatherOptions, "fetch" | "release" | "started" | "windowSize">): Promise<ShownCount> {
  let total = 0;
  let withheld = 0;
  let place: ShownPlace = { offset: 0 };
  for (let windows = 1; windows <= MOST_WINDOWS; windows += 1) {
    const page = await fetch(place);
    const released = await releasePage(page, release);
    total += released.entries.filter(({ mode }) => mode === "match").length;
    withheld += released.withheld;
    if (page.next === undefined) return { total, withheld };
    place = { cursor: page.next, before: positionAfter(page, { started, count }), offset: 0 };
  }
  return { total: undefined, withheld };
}

function within(place: ShownPlace, matches: readonly ReleasedEntry[], offset: number): ShownPlace {
  const last = matches[offset - 1];
  const { after: _, ...window } = place;
  return { ...window, offset, ...(last === undefined ? {} : { after: String(last.resource.id) }) };
}

function startIn(matches: readonly ReleasedEntry[], { after, offset }: ShownPlace): number {
  const last = after === undefined ? -1 : matches.findIndex(({ resource }) => resource.id === after);
  return last >= 0 ? last + 1 : Math.min(offset, matches.length);
}

function withIncluded(
  shown: readonly ReleasedEntry[],
  included: readonly ReleasedEntry[],
  inclusions: readonly Inclusion[] | undefined,
): Pick<GatheredPage, "entries" | "patients"> {
  const resources = (entries: readonly ReleasedEntry[]) => entries.map(({ resource }) => resource);
  const kept = new Set(
    inclusions === undefined
      ? resources(included)
      : linked(inclusions, resources(shown), resources(included)),
  );
  const byName = new Map(
    included
      .filter(({ resource }) => kept.has(resource))
      .map((entry) => [`${entry.resource.resourceType}/${String(entry.resource.id)}`, entry]),
  );
  const entries = [...shown, ...byName.values()];
  return { entries, patients: new Set(entries.flatMap(({ patients }) => patients)) };
}
