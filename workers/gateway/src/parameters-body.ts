import { EdgeError } from "@aarohan/contract";
import { kickOffParameters } from "@aarohan/export";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { FHIR_JSON, readJsonBody } from "./json-body.ts";

/**
 * The body of an operation (FHIR R4 §3.2.0.1): a Parameters resource in JSON, of at most 64 KiB → its primitive values by
 * name. Throws `media-type-unsupported`, `body-too-large`, `body-invalid`, `parameter-repeated`, or `parameter-unknown`
 * for a name that is not among `known`.
 */
export async function readParameters<Name extends string>(
  c: Context<GatewayEnv>,
  known: readonly Name[],
): Promise<Partial<Record<Name, string>>> {
  const values: Partial<Record<Name, string>> = {};
  for (const entry of await readParameterList(c)) {
    const { name, ...rest } = Object(entry);
    const expected = known.find((one) => one === name);
    if (expected === undefined) {
      throw new EdgeError("parameter-unknown", `The operation takes: ${known.join(", ")}.`);
    }
    if (values[expected] !== undefined) {
      throw new EdgeError("parameter-repeated", `${expected} may stand only once.`, { parameter: expected });
    }
    const value = parameterValue(rest);
    if (typeof value !== "string" || value === "") {
      throw new EdgeError("parameter-invalid", `${expected} has no value.`, { parameter: expected });
    }
    values[expected] = value;
  }
  return values;
}

/** The parameters of the body, as they come; at most `most` bytes (default 64 KiB). */
export async function readParameterList(c: Context<GatewayEnv>, most?: number): Promise<readonly unknown[]> {
  const { resourceType, parameter = [] } = Object(await readJsonBody(c, FHIR_JSON, most));
  if (resourceType !== "Parameters" || !Array.isArray(parameter)) {
    throw new EdgeError("body-invalid", "The body is no Parameters resource.");
  }
  return parameter;
}

/** The same as names and texts, where there is a body: the query may have all of them. */
export async function readFurtherParameters(
  c: Context<GatewayEnv>,
  most?: number,
): Promise<[name: string, value: string][]> {
  const body = await readJsonBody(c, FHIR_JSON, most);
  return body === undefined ? [] : kickOffParameters(body);
}

/** `value[x]` of a parameter, whatever its type. */
export function parameterValue(parameter: object): unknown {
  return Object.entries(parameter).find(([key]) => key.startsWith("value"))?.[1];
}
