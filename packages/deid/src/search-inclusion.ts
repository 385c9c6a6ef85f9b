import type { AnyResource } from "@aarohan/fhir";
import { referencesAt } from "./search-match.ts";
import type { Place } from "./search-parameter-rule.ts";

/** An `_include` or `_revinclude` (FHIR R4 §3.1.1.5.4): the references of one type by one parameter. */
export interface Inclusion {
  readonly direction: "include" | "revinclude";
  /** Type that refers. */
  readonly source: string;
  readonly places: readonly Place[];
  /** Type that is referred to; `undefined` for any. */
  readonly target: string | undefined;
}

/**
 * Of the included resources those that a match, as it is shown, refers to, or that refer to one: the upstream also
 * includes by what is hidden, and for matches that are no answer.
 */
export function linked(
  inclusions: readonly Inclusion[],
  matches: readonly AnyResource[],
  included: readonly AnyResource[],
): AnyResource[] {
  const wanted = new Set<string>();
  for (const { direction, source, places, target } of inclusions) {
    if (direction !== "include") continue;
    for (const match of matches) {
      if (match.resourceType !== source) continue;
      for (const reference of referencesAt(match, places)) {
        if (target === undefined || reference.startsWith(`${target}/`)) wanted.add(reference);
      }
    }
  }
  const found = new Set(matches.map(nameOf));
  return included.filter(
    (resource) => wanted.has(nameOf(resource)) || inclusions.some((one) => refersTo(one, resource, found)),
  );
}

function refersTo(
  { direction, source, places }: Inclusion,
  resource: AnyResource,
  matches: ReadonlySet<string>,
): boolean {
  return (
    direction === "revinclude" &&
    resource.resourceType === source &&
    referencesAt(resource, places).some((reference) => matches.has(reference))
  );
}

function nameOf({ resourceType, id }: AnyResource): string {
  return `${resourceType}/${String(id)}`;
}
