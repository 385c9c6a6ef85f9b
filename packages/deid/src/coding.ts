import type { Json, JsonObject } from "@aarohan/fhir";
import type { Policy } from "./policy.ts";

/** A Coding of which system and code are on the list, with our own display; `undefined` for any other. */
export function releasedCoding(policy: Policy, coding: JsonObject): JsonObject | undefined {
  const { code } = coding;
  const system = coding.system ?? "";
  if (typeof code !== "string" || typeof system !== "string") return undefined;
  return listed(policy, system, code) ?? recoded(policy, system, code);
}

/** True for a code that leaves, in any system or in this one. */
export function isReleasedCode(policy: Policy, code: string, system?: string): boolean {
  if (system !== undefined) return listed(policy, system, code) !== undefined;
  return Object.keys(policy.terminologies).some((known) => listed(policy, known, code) !== undefined);
}

/** True for a system that stands in the place of a malformed one: at the source it does not exist. */
export function isRecodedSystem(policy: Policy, system: string): boolean {
  return policy.recodings.some(({ targets }) => targets.includes(system));
}

function listed(policy: Policy, system: string, code: string): JsonObject | undefined {
  const terminology = Object.hasOwn(policy.terminologies, system) ? policy.terminologies[system] : undefined;
  if (terminology === undefined) return undefined;
  const { codes, pattern } = terminology;
  const named: Record<string, Json> = system === "" ? { code } : { system, code };
  if (codes !== undefined && Object.hasOwn(codes, code)) return { ...named, display: codes[code] ?? code };
  return pattern !== undefined && new RegExp(`^(?:${pattern})$`).test(code) ? named : undefined;
}

function recoded(policy: Policy, system: string, code: string): JsonObject | undefined {
  for (const { prefix, targets } of policy.recodings) {
    if (!system.startsWith(prefix)) continue;
    for (const target of targets) {
      const coding = listed(policy, target, code);
      if (coding !== undefined) return coding;
    }
  }
  return undefined;
}
