export { type Anonymised, type Anonymiser, type AnonymiserOptions, createAnonymiser } from "./anonymiser.ts";
export { type AnswerColumn, answerColumns } from "./answer-columns.ts";
export { questionnaireNames } from "./answers.ts";
export { compilePolicy, type Plan, PolicyError, policyLabel } from "./plan.ts";
export { programmePolicy } from "./policies/programme.ts";
export type { Policy } from "./policy.ts";
export * from "./pseudonym.ts";
export { type PseudonymKey, parsePseudonymKeys } from "./pseudonym-keys.ts";
export * from "./search-rules.ts";
