import { isFhirId, isResourceType, searchParametersOf } from "@aarohan/fhir";
import type { Context } from "hono";
import { baseUrl, publicOrigin } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";

type Pair = readonly [name: string, value: string];

/**
 * References by the gateway's own URL, as `fullUrl` has it, mean the same as relative ones (FHIR R4 §3.1.1.4.12): the
 * programme's server, which does not know that URL, is asked by the relative ones. Of a search of the type, in what R4 knows
 * as references, and in what chains lead to; other values stay as they are.
 */
export function withRelativeReferences(
  c: Context<GatewayEnv>,
  type: string,
  pairs: readonly Pair[],
): [string, string][] {
  const known = searchParametersOf(type);
  return pairs.map(([name, value]) => {
    const [bare = "", ...more] = name.split(/[.:]/);
    const leadsOn = name.includes(".") || bare === "_has";
    const isReference = known.get(bare)?.type === "reference" && more[0] !== "identifier";
    return [name, leadsOn || isReference ? relativeReferences(c, value) : value];
  });
}

/** A list of references. A URL of ours holds none of the characters that are escaped in one. */
export function relativeReferences(c: Context<GatewayEnv>, value: string): string {
  const bases = basesOf(c);
  return value
    .split(",")
    .map((part) => {
      const base = bases.find((one) => part.startsWith(`${one}/`));
      const relative = part.slice((base ?? "").length + 1);
      return base !== undefined && isLiteral(relative) ? relative : part;
    })
    .join(",");
}

function isLiteral(reference: string): boolean {
  const [type = "", id = "", ...more] = reference.split("/");
  return isResourceType(type) && isFhirId(id) && more.length === 0;
}

/** The address may name the tenant, or leave it to the token. */
function basesOf(c: Context<GatewayEnv>): string[] {
  const base = `${publicOrigin(c)}/fhir`;
  return [baseUrl(c), base, `${base}/${c.get("identity").tenant}`];
}
