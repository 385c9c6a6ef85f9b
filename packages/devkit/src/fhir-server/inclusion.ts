import { type AnyResource, isResourceType } from "@aarohan/fhir";
import { referencesOf } from "./column.ts";
import { FhirError } from "./outcome.ts";
import { type ParameterDefinition, requireParameter } from "./search-parameter-table.ts";
import type { Store } from "./store.ts";

/** `_include` or `_revinclude`: the references of one type by one parameter (FHIR R4 Search, "Including other resources"). */
export interface Inclusion {
  readonly source: string;
  readonly definition: ParameterDefinition;
  /** Only references to this type. `undefined`: any. */
  readonly target: string | undefined;
}

/** `Observation:subject:Patient`, of the type that is searched: another one's could include nothing. */
export function parseInclude(value: string, resourceType: string): Inclusion {
  const inclusion = parse(value, "_include");
  if (inclusion.source !== resourceType)
    throw new FhirError(400, "value", "_include names another type than the one that is searched");
  return inclusion;
}

export function parseRevinclude(value: string): Inclusion {
  return parse(value, "_revinclude");
}

function parse(value: string, name: string): Inclusion {
  const [source = "", parameter = "", target, ...rest] = value.split(":");
  if (!isResourceType(source) || rest.length > 0 || (target !== undefined && !isResourceType(target)))
    throw new FhirError(400, "value", `${name} is written Type:parameter or Type:parameter:Target`);
  const definition = requireParameter(source, parameter);
  if (definition.type !== "reference")
    throw new FhirError(400, "value", `${name} needs a parameter of type reference`);
  return { source, definition, target };
}

export interface Inclusions {
  readonly includes: readonly Inclusion[];
  readonly revincludes: readonly Inclusion[];
}

/** Resources that the page refers to, or that refer to it; none that is on the page, and none twice. */
export function included(
  store: Store,
  { includes, revincludes }: Inclusions,
  page: readonly AnyResource[],
): AnyResource[] {
  const found = new Set([
    ...includes.flatMap((inclusion) => referredTo(store, inclusion, page)),
    ...revincludes.flatMap((inclusion) => referring(store, inclusion, page)),
  ]);
  return [...found.difference(new Set(page))];
}

function referredTo(store: Store, { definition, target }: Inclusion, page: readonly AnyResource[]) {
  return page
    .flatMap((resource) => referencesOf(definition, resource))
    .filter((reference) => target === undefined || reference.startsWith(`${target}/`))
    .flatMap((reference) => {
      const [type = "", id = ""] = reference.split("/");
      return store.has(type, id) ? [store.get(type, id)] : [];
    });
}

function referring(store: Store, { source, definition, target }: Inclusion, page: readonly AnyResource[]) {
  const { keys } = store.column(source, definition);
  const resources = store.resources(source);
  return page
    .filter(({ resourceType }) => target === undefined || resourceType === target)
    .flatMap(({ resourceType, id }) => keys.get(`${resourceType}/${id}`) ?? [])
    .flatMap((place) => resources[place] ?? []);
}
