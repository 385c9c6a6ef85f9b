import type { Plan } from "./plan.ts";
import type { AnswerRule } from "./policy.ts";

/** A linkId whose answer may leave: the columns of a table come from these, never from the data. */
export interface AnswerColumn {
  readonly linkId: string;
  readonly kind: Exclude<AnswerRule["kind"], "group">;
}

/** In the order of the policy; a linkId that several Questionnaires use stands once. */
export function answerColumns(plan: Plan): AnswerColumn[] {
  const columns = new Map<string, AnswerColumn>();
  for (const { answers } of plan.policy.questionnaires) {
    for (const [linkId, { kind }] of Object.entries(answers)) {
      if (kind !== "group" && !columns.has(linkId)) columns.set(linkId, { linkId, kind });
    }
  }
  return [...columns.values()];
}
