import { EdgeError } from "@aarohan/contract";
import type { Context } from "hono";
import { readBounded } from "./bounded-text.ts";
import type { GatewayEnv } from "./gateway-env.ts";

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
  const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/fhir+json" && type !== "application/json") {
    throw new EdgeError(
      "media-type-unsupported",
      "The operation takes a Parameters resource as application/fhir+json.",
    );
  }
  const { resourceType, parameter = [] } = Object(parsed(await readBounded(c.req.raw.body, most)));
  if (resourceType !== "Parameters" || !Array.isArray(parameter)) {
    throw new EdgeError("body-invalid", "The body is no Parameters resource.");
  }
  return parameter;
}

/** `value[x]` of a parameter, whatever its type. */
export function parameterValue(parameter: object): unknown {
  return Object.entries(parameter).find(([key]) => key.startsWith("value"))?.[1];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body: it is not passed on.
    throw new EdgeError("body-invalid", "The body is no JSON.");
  }
}
