import { malformedError } from "./gateway-error.ts";

/** A parameter of a FHIR Parameters resource, read: its value as text, whatever its type. */
export interface Parameter {
  readonly name: string;
  readonly value: string | undefined;
  readonly parts: readonly Parameter[];
}

/** Throws GatewayError for what is no Parameters resource (FHIR R4 §2.6.10). */
export function readParameters(document: unknown): Parameter[] {
  const { resourceType, parameter = [] } = Object(document);
  if (resourceType !== "Parameters" || !Array.isArray(parameter)) throw malformedError("no Parameters");
  return parameter.map(readParameter);
}

function readParameter(entry: unknown): Parameter {
  const { name, part, ...rest } = Object(entry);
  if (typeof name !== "string") throw malformedError("a parameter without a name");
  const [, value] = Object.entries(rest).find(([key]) => key.startsWith("value")) ?? [];
  return {
    name,
    value: value === undefined || typeof value === "object" ? undefined : String(value),
    parts: Array.isArray(part) ? part.map(readParameter) : [],
  };
}

/** The value of the first of that name. */
export function textOf(parameters: readonly Parameter[], name: string): string | undefined {
  return parameters.find((parameter) => parameter.name === name)?.value;
}

export function textsOf(parameters: readonly Parameter[], name: string): string[] {
  return parameters.flatMap((parameter) =>
    parameter.name === name && parameter.value !== undefined ? [parameter.value] : [],
  );
}

/** The value as a number; `undefined` where there is none. */
export function numberOf(parameters: readonly Parameter[], name: string): number | undefined {
  const value = textOf(parameters, name);
  return value === undefined || !Number.isFinite(Number(value)) ? undefined : Number(value);
}

/** The instant in milliseconds since 1970. */
export function instantOf(parameters: readonly Parameter[], name: string): number | undefined {
  const milliseconds = Date.parse(textOf(parameters, name) ?? "");
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
