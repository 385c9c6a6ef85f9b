import type { Plan } from "./plan.ts";
import { rulesFor } from "./questionnaire-rules.ts";

/** True for a Questionnaire of which some answers may leave. */
export function isReleasedQuestionnaire({ questionnaires }: Plan, name: string): boolean {
  return rulesFor(questionnaires, name) !== undefined;
}

/** All forms in which a listed Questionnaire is named; what is not listed stands for itself. */
export function questionnaireNames({ questionnaires }: Plan, name: string): readonly string[] {
  return rulesFor(questionnaires, name)?.names ?? [name];
}
