import { EdgeError } from "@aarohan/contract";

/**
 * A Parameters resource (FHIR R4 §3.2.0.1) → its parameters in order, as names and texts: a list stands as often as it is
 * repeated, a reference by what it refers to. Throws `body-invalid`, or `parameter-invalid` for one without a value.
 */
export function kickOffParameters(body: unknown): [name: string, value: string][] {
  const { resourceType, parameter = [] } = Object(body);
  if (resourceType !== "Parameters" || !Array.isArray(parameter)) {
    throw new EdgeError("body-invalid", "The body is no Parameters resource.");
  }
  return parameter.map((entry) => {
    const { name, ...rest } = Object(entry);
    if (typeof name !== "string") throw new EdgeError("body-invalid", "A parameter of the body has no name.");
    const values = Object.entries(rest).filter(([key]) => key.startsWith("value"));
    const [value, ...others] = values.map(([, given]) => textOf(given));
    if (value === undefined || others.length > 0) {
      throw new EdgeError("parameter-invalid", "A parameter of the body has no value, or several.", {
        parameter: /^_?[A-Za-z]{1,40}$/.test(name) ? name : "(malformed)",
      });
    }
    return [name, value];
  });
}

function textOf(value: unknown): string | undefined {
  const { reference } = Object(value);
  const text: unknown = typeof value === "object" ? reference : value;
  if (typeof text === "boolean") return String(text);
  return typeof text === "string" && text !== "" ? text : undefined;
}
