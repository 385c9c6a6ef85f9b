import { type Authorisation, EdgeError } from "@aarohan/contract";
import type { AdmittedSearch } from "@aarohan/deid";
import {
  type AnyResource,
  type DescribedType,
  patientPath,
  type SearchParameter,
  searchParametersOf,
} from "@aarohan/fhir";

/** Whose data a healthcare provider sees: a filter on every search, and a check of every resource that comes back. */
export interface ProviderScope {
  /** Throws `resource-type-hidden` for a type that cannot be narrowed to the provider's patients. */
  assertType(resourceType: string): void;
  /** Parameters that narrow a search of the type. */
  filter(resourceType: string): readonly (readonly [string, string])[];
  isAuthorised(resource: AnyResource): boolean;
}

/** Throws `role-not-served` for a token that authorises nobody's data. */
export function providerScope(authorisation: Authorisation, baseUrl: string): ProviderScope {
  switch (authorisation.kind) {
    case "none":
    case "generalPractitioners":
      throw new EdgeError(
        "role-not-served",
        "The access token names no patient and no team whose data it authorises.",
      );
    case "patients":
      return patientScope(new Set(authorisation.ids), baseUrl);
    case "tags":
      return tagScope(authorisation.system, new Set(authorisation.codes));
  }
}

function patientScope(ids: ReadonlySet<string>, baseUrl: string): ProviderScope {
  return {
    assertType(resourceType) {
      if (resourceType === "Patient" || searchParametersOf(resourceType).has("patient")) return;
      throw new EdgeError("resource-type-hidden", `${resourceType} belongs to no patient.`);
    },
    filter: (resourceType) =>
      resourceType === "Patient"
        ? [["_id", [...ids].join(",")]]
        : [["patient", [...ids].map((id) => `Patient/${id}`).join(",")]],
    isAuthorised(resource) {
      const named = patientsOf(resource, baseUrl);
      return named.length > 0 && named.every((id) => ids.has(id));
    },
  };
}

function tagScope(system: string, codes: ReadonlySet<string>): ProviderScope {
  return {
    assertType: () => undefined,
    filter: () => [["_tag", [...codes].map((code) => `${system}|${code}`).join(",")]],
    isAuthorised({ meta }) {
      const { tag } = Object(meta);
      return (
        Array.isArray(tag) &&
        tag.some((coding) => Object(coding).system === system && codes.has(String(Object(coding).code)))
      );
    },
  };
}

const RELATIVE_PATIENT = /^Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/** Ids of the patients that a resource is about; a reference that is none of this server's Patients counts as another's. */
function patientsOf(resource: AnyResource, baseUrl: string): string[] {
  if (resource.resourceType === "Patient") return [String(resource.id)];
  const paths = patientPath(resource.resourceType)?.split("|") ?? [];
  return paths
    .flatMap((path) => valuesAt(resource, path.split(".")))
    .map((value) => String(Object(value).reference ?? ""))
    .map((reference) =>
      reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference,
    )
    .map((relative) => RELATIVE_PATIENT.exec(relative)?.[1] ?? "");
}

function valuesAt(value: unknown, steps: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, steps));
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  const inner: unknown = Object.hasOwn(Object(value), step) ? Object(value)[step] : undefined;
  return inner === undefined ? [] : valuesAt(inner, rest);
}

/** Parameters that reach resources of others, or what no filter can be put beside. */
const REACHING_FURTHER = /^_(?:has|filter|query|list|text|content|contained|containedType|type)$/;

/** Of what the server describes, what a provider may ask. */
export function describedWithinScope(
  types: readonly DescribedType[],
  isAllowed: (resourceType: string) => boolean,
): DescribedType[] {
  return types
    .filter(({ type }) => isAllowed(type))
    .map((described) => ({
      ...described,
      parameters: described.parameters.filter(({ name }) => !REACHING_FURTHER.test(name)),
    }));
}

/** A provider's own search: within the scope, and by no other resource's content. */
export function withinScope(
  admitted: AdmittedSearch,
  parameters: readonly SearchParameter[],
  filter: readonly (readonly [string, string])[],
): AdmittedSearch {
  for (const { name, chain } of parameters) {
    if (chain === undefined && !REACHING_FURTHER.test(name)) continue;
    throw new EdgeError(
      "parameter-hidden",
      `${name} is not available here: it reaches resources of others.`,
      {
        parameter: name,
      },
    );
  }
  return { ...admitted, upstream: [...admitted.upstream, ...filter], exact: false };
}
