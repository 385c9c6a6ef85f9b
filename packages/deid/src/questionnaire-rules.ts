import type { Json } from "@aarohan/fhir";
import type { AnswerRule, Policy } from "./policy.ts";

/** What answers of one Questionnaire may leave. */
export interface CompiledQuestionnaire {
  /** Forms in which a response names it. */
  readonly names: readonly string[];
  readonly answers: ReadonlyMap<string, AnswerRule>;
  /** True where a district is answered: it is told only within the state that was answered. */
  readonly hasDistrict: boolean;
}

/** By each of its names. */
export type CompiledQuestionnaires = ReadonlyMap<string, CompiledQuestionnaire>;

export function compileQuestionnaires(policy: Policy): CompiledQuestionnaires {
  return new Map(
    policy.questionnaires.flatMap(({ names, answers }) => {
      const compiled = {
        names,
        answers: new Map(Object.entries(answers)),
        hasDistrict: Object.values(answers).some(({ kind }) => kind === "district"),
      };
      return names.map((name) => [name, compiled] as const);
    }),
  );
}

/** The rules of the Questionnaire that a canonical or relative reference names; `undefined` for one that is not listed. */
export function rulesFor(
  questionnaires: CompiledQuestionnaires,
  name: Json | undefined,
): CompiledQuestionnaire | undefined {
  if (typeof name !== "string") return undefined;
  return questionnaires.get(name) ?? questionnaires.get(name.split("|", 1)[0] ?? "");
}
