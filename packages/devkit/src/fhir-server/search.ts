import type { AnyResource } from "@aarohan/fhir";
import { elementsOf } from "./elements.ts";
import { type Inclusion, parseInclude, parseRevinclude } from "./inclusion.ts";
import { FhirError } from "./outcome.ts";
import { PlaceFilter } from "./place-filter.ts";
import { sorted } from "./sort-order.ts";
import type { Store } from "./store.ts";

/** What a search found, in order; pages are cut from it. */
export interface Found {
  readonly matches: readonly AnyResource[];
  readonly includes: readonly Inclusion[];
  readonly revincludes: readonly Inclusion[];
  /** Matches per page. */
  readonly count: number;
  /** The total is all that was asked for. */
  readonly countOnly: boolean;
  /** Elements that were asked for. `undefined`: all. */
  readonly elements: ReadonlySet<string> | undefined;
}

const DEFAULT_COUNT = 20;
const MAXIMUM_COUNT = 1000;
/** They change nothing here: JSON is the only format, and the total is always given and exact. */
const WITHOUT_EFFECT = new Set(["_format", "_pretty", "_total"]);

/**
 * Searches one type (FHIR R4 §3.1.1). Defaults: 20 matches per page, at most 1,000. What is unknown or unsupported
 * throws 400 and names the parameter, so that nothing is silently answered with everything or with nothing.
 */
export function search(store: Store, resourceType: string, query: URLSearchParams, baseUrl: string): Found {
  const filter = new PlaceFilter(store, resourceType, baseUrl);
  const sort: string[] = [];
  const includes: Inclusion[] = [];
  const revincludes: Inclusion[] = [];
  for (const [name, value] of query) {
    if (WITHOUT_EFFECT.has(name) || RESULT_PARAMETERS.has(name)) continue;
    if (name === "_sort") sort.push(...value.split(","));
    else if (name === "_include") includes.push(parseInclude(value, resourceType));
    else if (name === "_revinclude") revincludes.push(parseRevinclude(value));
    else filter.narrow(name, value);
  }
  const count = countOf(query.get("_count"));
  return {
    matches: sorted(store, resourceType, filter.matching(), sort),
    includes,
    revincludes,
    count,
    countOnly: isCountOnly(query.get("_summary")) || count === 0,
    elements: elementsOf(query.getAll("_elements")),
  };
}

const RESULT_PARAMETERS = new Set(["_count", "_summary", "_elements"]);

/** `_count` as a number; 20 where it is absent, and never above 1,000. */
export function countOf(value: string | null): number {
  if (value === null) return DEFAULT_COUNT;
  if (!/^\d+$/.test(value)) throw new FhirError(400, "value", "_count is no number");
  return Math.min(Number(value), MAXIMUM_COUNT);
}

function isCountOnly(summary: string | null): boolean {
  if (summary === null || summary === "false") return false;
  if (summary === "count") return true;
  throw new FhirError(400, "not-supported", "of _summary, only count and false are supported");
}
