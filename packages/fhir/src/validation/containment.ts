import { isJsonRecord, type JsonRecord, own } from "./json-object.ts";

/** Which of the resources that a resource contains are referred to, or refer to it. */
export interface Containment {
  /** What references that begin with `#` name, anywhere in the resource and in what it contains. */
  readonly referredIds: Set<string>;
  /** Places in `contained` of the resources that refer to their container, by `#` alone. */
  readonly referringPlaces: Set<number>;
}

/** `undefined` for a resource that contains none. */
export function containmentOf(resource: JsonRecord): Containment | undefined {
  if (own(resource, "contained") === undefined) return undefined;
  return { referredIds: new Set(), referringPlaces: new Set() };
}

/** Notes a reference or URI that begins with `#`. `place` is the index in `contained` of where it stands, or -1. */
export function noteReference(containment: Containment, reference: string, place: number): void {
  if (reference !== "#") containment.referredIds.add(reference.slice(1));
  else if (place >= 0) containment.referringPlaces.add(place);
}

/**
 * Places in `contained` of what breaks dom-3: "If the resource is contained in another resource, it SHALL be referred to
 * from elsewhere in the resource or SHALL refer to the containing resource" (FHIR R4, DomainResource). To be asked once
 * all references are noted.
 */
export function unconnectedPlaces(containment: Containment, resource: JsonRecord): number[] {
  const contained = own(resource, "contained");
  if (!Array.isArray(contained)) return [];
  return [...contained.keys()].filter((place) => {
    const inner: unknown = contained[place];
    if (!isJsonRecord(inner) || containment.referringPlaces.has(place)) return false;
    const id = own(inner, "id");
    return typeof id !== "string" || !containment.referredIds.has(id);
  });
}

/** The elements of `meta` that a contained resource has but must not have (dom-4, dom-5). */
export function forbiddenMeta(contained: JsonRecord): string[] {
  const meta = own(contained, "meta");
  if (!isJsonRecord(meta)) return [];
  return ["versionId", "lastUpdated", "security"].filter((name) => own(meta, name) !== undefined);
}
