import type { Json, JsonObject } from "@aarohan/fhir";
import type { Policy } from "./policy.ts";
import { wholePattern } from "./whole-pattern.ts";

interface CompiledTerminology {
  /** Code → the Coding that leaves, made once. */
  readonly codings: ReadonlyMap<string, JsonObject>;
  readonly pattern: RegExp | undefined;
}

interface CompiledRecoding {
  readonly prefix: string;
  readonly targets: readonly CompiledTerminology[];
}

/** A policy's terminologies, for one look-up a coding. */
export interface CompiledTerminologies {
  readonly bySystem: ReadonlyMap<string, CompiledTerminology>;
  readonly recodings: readonly CompiledRecoding[];
  /** Systems that stand in the place of a malformed one: at the source they do not exist. */
  readonly recodedSystems: ReadonlySet<string>;
}

export function compileTerminologies(policy: Policy): CompiledTerminologies {
  const bySystem = new Map(
    Object.entries(policy.terminologies).map(([system, { codes, pattern }]) => [
      system,
      {
        codings: new Map(
          Object.entries(codes ?? {}).map(([code, display]) => [code, { ...named(system, code), display }]),
        ),
        pattern: pattern === undefined ? undefined : wholePattern(pattern),
      },
    ]),
  );
  return {
    bySystem,
    recodings: policy.recodings.map(({ prefix, targets }) => ({
      prefix,
      targets: targets.flatMap((target) => bySystem.get(target) ?? []),
    })),
    recodedSystems: new Set(policy.recodings.flatMap(({ targets }) => targets)),
  };
}

/** A Coding of which system and code are on the list, with our own display; `undefined` for any other. */
export function releasedCoding(
  terminologies: CompiledTerminologies,
  coding: JsonObject,
): JsonObject | undefined {
  const { code, system = "" } = coding;
  if (typeof code !== "string" || typeof system !== "string") return undefined;
  const terminology = terminologies.bySystem.get(system);
  const listed = terminology?.codings.get(code);
  if (listed !== undefined) return listed;
  if (terminology?.pattern?.test(code) === true) return named(system, code);
  return recoded(terminologies, system, code);
}

/** True for a code that leaves, in any system or in this one. */
export function isReleasedCode(terminologies: CompiledTerminologies, code: string, system?: string): boolean {
  const known =
    system === undefined ? [...terminologies.bySystem.values()] : [terminologies.bySystem.get(system)];
  return known.some((terminology) => terminology?.codings.has(code) || terminology?.pattern?.test(code));
}

function recoded(terminologies: CompiledTerminologies, system: string, code: string): JsonObject | undefined {
  for (const { prefix, targets } of terminologies.recodings) {
    if (!system.startsWith(prefix)) continue;
    for (const target of targets) {
      const coding = target.codings.get(code);
      if (coding !== undefined) return coding;
    }
  }
  return undefined;
}

function named(system: string, code: string): Record<string, Json> {
  return system === "" ? { code } : { system, code };
}
