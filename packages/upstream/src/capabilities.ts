import { EdgeError } from "@aarohan/contract";
import {
  type DescribedParameter,
  type DescribedType,
  isResourceType,
  isSearchParameterType,
  type JsonObject,
} from "@aarohan/fhir";
import { parsedJson } from "./parsed-json.ts";

/** As FHIR writes codes of search parameters; others are not told on. */
const NAME = /^_?[A-Za-z][A-Za-z0-9-]{0,63}$/;
const INCLUSION = /^[A-Z][A-Za-z]+:[A-Za-z0-9_-]{1,64}(?::[A-Z][A-Za-z]+)?$/;
const CANONICAL = /^https?:\/\/[^\s|]{1,200}$/;

/**
 * A CapabilityStatement → the types that the server reads and searches, and by what (FHIR R4 §CapabilityStatement). Throws
 * `upstream-malformed` for what is none; what in it is no name is left out.
 */
export function readCapabilities(bytes: Uint8Array): DescribedType[] {
  const { resourceType, rest } = Object(parsedJson(bytes, malformed));
  if (resourceType !== "CapabilityStatement" || !Array.isArray(rest)) throw malformed();
  const server = rest.find((one) => Object(one).mode === "server");
  return listOf(Object(server).resource).flatMap(describedType);
}

function describedType(resource: JsonObject): DescribedType[] {
  const { type } = resource;
  if (typeof type !== "string" || !isResourceType(type)) return [];
  const codes = listOf(resource.interaction).map(({ code }) => code);
  const interactions = (["read", "search-type"] as const).filter((code) => codes.includes(code));
  return [
    {
      type,
      interactions,
      parameters: listOf(resource.searchParam).flatMap(describedParameter),
      include: textsOf(resource.searchInclude, INCLUSION),
      revinclude: textsOf(resource.searchRevInclude, INCLUSION),
      sorts: undefined,
    },
  ];
}

function describedParameter({ name, type, definition }: JsonObject): DescribedParameter[] {
  if (typeof name !== "string" || !NAME.test(name) || !isSearchParameterType(type)) return [];
  return [
    {
      name,
      type,
      description: "As the programme's server answers it.",
      targets: [],
      comparators: [],
      takesList: undefined,
      ...(typeof definition === "string" && CANONICAL.test(definition) ? { derivedFrom: definition } : {}),
    },
  ];
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map((one) => Object(one)) : [];
}

function textsOf(value: unknown, pattern: RegExp): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string" && pattern.test(text)) : [];
}

function malformed(): EdgeError {
  return new EdgeError(
    "upstream-malformed",
    "The programme's server answered a CapabilityStatement as the specification does not have it.",
  );
}
