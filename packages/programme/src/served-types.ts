import type { DescribedType } from "@aarohan/fhir";
import type { Call, Upstream } from "@aarohan/upstream";

/** How long the server's own description is believed: 5 minutes. */
const BELIEVED_MILLISECONDS = 300_000;

/** The types that the programme's server serves, and by what they are searched. */
export type ServedTypes = (call: Call) => Promise<readonly DescribedType[]>;

export function createServedTypes(
  upstream: Pick<Upstream, "capabilities">,
  now: () => number = Date.now,
): ServedTypes {
  let known: { readonly at: number; readonly types: readonly DescribedType[] } | undefined;
  return async function servedTypes(call) {
    if (known === undefined || now() - known.at > BELIEVED_MILLISECONDS) {
      known = { at: now(), types: await upstream.capabilities(call) };
    }
    return known.types;
  };
}
