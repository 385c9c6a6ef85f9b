import { createPseudonymCodec, type Plan, type PseudonymCodec } from "../src/index.ts";

/** Pseudonyms for one recipient of what the plan releases. */
export function codecFor(plan: Plan, recipient = "analyst"): PseudonymCodec {
  return createPseudonymCodec({
    keys: [{ id: 1, secret: new Uint8Array(32).fill(3) }],
    domain: { tenant: "default", recipient, policy: plan.name },
  });
}
