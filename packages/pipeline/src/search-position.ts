import { EdgeError } from "@aarohan/contract";
import { type AnyResource, parseResource } from "@aarohan/fhir";
import type { Call, Upstream, UpstreamPage } from "@aarohan/upstream";

type Pair = readonly [name: string, value: string];

/** How far a search was answered: enough to go on when the upstream has forgotten its cursor. */
export interface SearchPosition {
  /** When its first page was asked for, in milliseconds since 1970. */
  readonly started: number;
  /** Resources per page. */
  readonly count: number;
  /** The last matches that were answered, the last of them first: id, and `meta.lastUpdated`. */
  readonly last: readonly Pair[];
}

/** So many may change between two pages before the place is lost. */
const MOST_KEPT = 5;
/** A resource that changed within so much of the start may have changed after it: clocks differ. */
const CLOCK_MILLISECONDS = 60_000;
const MOST_PAGES = 200;

/** The search in an order in which no two resources are equal, so that asking again gives the same order. */
export function inTotalOrder(parameters: readonly Pair[]): Pair[] {
  const sort = parameters.findLast(([name]) => name === "_sort");
  if (sort === undefined) return [...parameters, ["_sort", "_id"]];
  if (/(?:^|,)-?_id$/.test(sort[1])) return [...parameters];
  return parameters.map((pair) => (pair === sort ? ["_sort", `${pair[1]},_id`] : pair));
}

/** The position at the end of a page. */
export function positionAfter(
  page: UpstreamPage,
  { started, count }: Omit<SearchPosition, "last">,
): SearchPosition {
  const matches = page.bundle.entries.filter(({ mode }) => mode === "match");
  const last = matches.slice(-MOST_KEPT).map((entry) => stateOf(parseResource(page.bytes, entry)));
  return { started, count, last: last.reverse() };
}

/**
 * The page after the position, found by asking the search again: from the last answered resource that has not changed
 * since the search began. What stayed unchanged is neither missed nor repeated. Throws `page-expired` where none of the
 * last five is unchanged, or more than 200 pages lie before.
 */
export async function pageAfter(
  upstream: Upstream,
  resourceType: string,
  parameters: readonly Pair[],
  position: SearchPosition,
  call: Call,
): Promise<UpstreamPage> {
  const anchors = position.last.filter(([, updated]) => isBefore(updated, position.started));
  let page = await upstream.search(
    resourceType,
    [...inTotalOrder(parameters), ["_count", String(position.count)]],
    call,
  );
  let after: UpstreamPage | undefined;
  let passed: readonly Pair[] = anchors;
  for (let pages = 1; pages <= MOST_PAGES; pages += 1) {
    const place = placeOf(page, passed);
    if (place !== undefined) {
      after = withoutFirst(page, place.index + 1, position.last);
      // A later anchor may stand on a page to come: then the place is there.
      passed = passed.slice(0, place.anchor);
      if (passed.length === 0 || page.next === undefined) return settled(upstream, after, call);
    } else if (after !== undefined || page.next === undefined) {
      break;
    }
    page = await upstream.follow(page.next, call);
  }
  if (after === undefined) throw lost();
  return settled(upstream, after, call);
}

/** Where on the page the latest of the anchors stands, unchanged. */
function placeOf(
  { bytes, bundle }: UpstreamPage,
  anchors: readonly Pair[],
): { readonly index: number; readonly anchor: number } | undefined {
  const states = bundle.entries.map((entry) =>
    entry.mode === "match" ? stateOf(parseResource(bytes, entry)).join(" ") : "",
  );
  for (const [anchor, state] of anchors.entries()) {
    const index = states.indexOf(state.join(" "));
    if (index >= 0) return { index, anchor };
  }
  return undefined;
}

/** The rest of the page, without what was answered before and has changed its place since. */
function withoutFirst(page: UpstreamPage, count: number, answered: readonly Pair[]): UpstreamPage {
  const ids = new Set(answered.map(([id]) => id));
  const entries = page.bundle.entries.filter((entry, index) => {
    if (entry.mode !== "match") return true;
    return index >= count && !ids.has(stateOf(parseResource(page.bytes, entry))[0]);
  });
  return { ...page, bundle: { ...page.bundle, entries } };
}

/** A page of which nothing is left is the next one. */
async function settled(upstream: Upstream, page: UpstreamPage, call: Call): Promise<UpstreamPage> {
  const isEmpty = page.bundle.entries.every(({ mode }) => mode !== "match");
  return isEmpty && page.next !== undefined ? upstream.follow(page.next, call) : page;
}

function stateOf({ id, meta }: AnyResource): Pair {
  return [String(id), String(Object(meta).lastUpdated)];
}

function isBefore(updated: string, started: number): boolean {
  return Date.parse(updated) < started - CLOCK_MILLISECONDS;
}

function lost(): EdgeError {
  return new EdgeError(
    "page-expired",
    "The programme's server has forgotten this search, and what was answered last has changed: repeat it.",
    { parameter: "_page" },
  );
}
