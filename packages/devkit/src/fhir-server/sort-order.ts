import type { AnyResource } from "@aarohan/fhir";
import { FhirError } from "./outcome.ts";
import { requireParameter } from "./search-parameter-table.ts";
import type { Store } from "./store.ts";

type Key = string | number | undefined;

interface SortKey {
  keyOf(resource: AnyResource): Key;
  readonly sign: 1 | -1;
}

/** By each of the sort's keys in turn (`-_lastUpdated`, `_id`); what is equal in all keeps the order of loading. */
export function sorted(
  store: Store,
  resourceType: string,
  matches: AnyResource[],
  sort: readonly string[],
): AnyResource[] {
  if (sort.length === 0) return matches;
  const sortKeys = sort.map((text) => sortKeyOf(store, resourceType, text));
  const decorated = matches.map((resource) => ({
    resource,
    keys: sortKeys.map(({ keyOf }) => keyOf(resource)),
  }));
  decorated.sort((a, b) => {
    for (const [index, { sign }] of sortKeys.entries()) {
      const difference = compare(a.keys[index], b.keys[index]);
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
  return decorated.map(({ resource }) => resource);
}

function sortKeyOf(store: Store, resourceType: string, text: string): SortKey {
  const sign = text.startsWith("-") ? -1 : 1;
  const name = sign === -1 ? text.slice(1) : text;
  if (name === "") throw new FhirError(400, "value", "_sort names no parameter");
  if (name === "_id") return { keyOf: (resource) => String(resource.id), sign };
  const { order } = store.column(resourceType, requireParameter(resourceType, name));
  return { keyOf: (resource) => order[store.place(resourceType, String(resource.id)) ?? -1], sign };
}

/** Without a value comes first. */
function compare(a: Key, b: Key): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}
