import {
  type DescribedParameter,
  type DescribedType,
  isFhirId,
  type SearchParameterDefinition,
  searchParametersOf,
} from "@aarohan/fhir";
import { DESCRIBED } from "./operation-definition.ts";

/** Id of a parameter's definition: `Patient-gender`, `Patient--id` for `_id`; `undefined` where it is too long. */
export function searchParameterId(type: string, { name }: DescribedParameter): string | undefined {
  const id = `${type}-${name.replace(/^_/, "-")}`;
  return isFhirId(id) ? id : undefined;
}

export function searchParameterUrl(base: string, id: string): string {
  return `${base}/SearchParameter/${id}`;
}

export function searchParameterDefinitions(
  { type, parameters }: DescribedType,
  base: string,
): SearchParameterDefinition[] {
  return parameters.flatMap((parameter) => {
    const id = searchParameterId(type, parameter);
    return id === undefined ? [] : [definition(type, parameter, id, base)];
  });
}

function definition(
  base: string,
  parameter: DescribedParameter,
  id: string,
  gateway: string,
): SearchParameterDefinition {
  const { name, type, description, targets, comparators, takesList, derivedFrom } = parameter;
  const expression = expressionOf(base, name);
  return {
    resourceType: "SearchParameter",
    id,
    url: searchParameterUrl(gateway, id),
    name: id.replaceAll("-", "_"),
    status: "active",
    date: DESCRIBED,
    publisher: "Aarogya Aarohan",
    description,
    code: name,
    base: [base as SearchParameterDefinition["base"][number]],
    type,
    ...(derivedFrom === undefined ? {} : { derivedFrom }),
    ...(expression === undefined ? {} : { expression, xpathUsage: "normal" }),
    ...(targets.length === 0 ? {} : { target: targets as SearchParameterDefinition["target"] & object }),
    ...(takesList === undefined ? {} : { multipleOr: takesList }),
    ...(comparators.length === 0
      ? {}
      : { comparator: comparators as SearchParameterDefinition["comparator"] & object }),
  };
}

/** Where R4's expression is a plain path, or several. */
function expressionOf(type: string, name: string): string | undefined {
  if (name === "_id") return `${type}.id`;
  if (name === "_lastUpdated") return `${type}.meta.lastUpdated`;
  const paths = searchParametersOf(type).get(name)?.paths ?? [];
  if (paths.length === 0) return undefined;
  return paths
    .map(({ path, cast }) => (cast === undefined ? `${type}.${path}` : `(${type}.${path} as ${cast})`))
    .join(" | ");
}
