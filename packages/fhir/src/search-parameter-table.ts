import { SEARCH_PARAMETERS } from "./search-parameters.generated.ts";

const SEARCH_PARAMETER_TYPES = [
  "token",
  "reference",
  "date",
  "string",
  "uri",
  "number",
  "quantity",
  "composite",
  "special",
] as const;

export type SearchParameterType = (typeof SEARCH_PARAMETER_TYPES)[number];

export function isSearchParameterType(value: unknown): value is SearchParameterType {
  return SEARCH_PARAMETER_TYPES.some((type) => type === value);
}

/** A search parameter of FHIR R4 for one resource type. */
export interface SearchParameterInfo {
  readonly name: string;
  readonly type: SearchParameterType;
  /** Elements that it looks at; empty where its expression is more than paths. */
  readonly paths: readonly { readonly path: string; readonly cast?: string }[];
  /** Types that a reference may name: `["*"]` for all. */
  readonly targets: readonly string[];
}

const parsed = new Map<string, ReadonlyMap<string, SearchParameterInfo>>();

/** R4's own search parameters of a resource type by name, without those that all types have (`_id`, `_lastUpdated`, …). */
export function searchParametersOf(resourceType: string): ReadonlyMap<string, SearchParameterInfo> {
  const known = parsed.get(resourceType);
  if (known !== undefined) return known;
  const line = Object.hasOwn(SEARCH_PARAMETERS, resourceType) ? (SEARCH_PARAMETERS[resourceType] ?? "") : "";
  const parameters = new Map(line === "" ? [] : line.split(";").map(parseParameter));
  parsed.set(resourceType, parameters);
  return parameters;
}

function parseParameter(text: string): [string, SearchParameterInfo] {
  const [name = "", type = "", paths = "", targets = ""] = text.split(":");
  return [
    name,
    {
      name,
      type: type as SearchParameterType,
      paths: paths === "" ? [] : paths.split("|").map(parsePath),
      targets: targets === "" ? [] : targets.split(","),
    },
  ];
}

function parsePath(text: string): SearchParameterInfo["paths"][number] {
  const [path = "", cast] = text.split("@");
  return cast === undefined ? { path } : { path, cast };
}
