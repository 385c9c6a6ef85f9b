export { type Anonymised, type Anonymiser, createAnonymiser } from "./anonymiser.ts";
export type { AnonymiserOptions, WithheldPatients } from "./anonymiser-options.ts";
export { type AnswerColumn, answerColumns } from "./answer-columns.ts";
export { compilePolicy } from "./compile-policy.ts";
export { type ConsentMode, type ConsentOptions, isReleasable } from "./consent.ts";
export { type ClassReport, classReport, type PatientClass } from "./disclosure/class-report.ts";
export {
  type ClassDecision,
  decideGeneralisation,
  type GeneralisationLevel,
  generalisedClass,
} from "./disclosure/generalisation.ts";
export { createGeneraliser, type Generaliser } from "./disclosure/generaliser.ts";
export {
  monthOf,
  patientAbout,
  type QuasiIdentifiers,
  quasiIdentifiersOf,
} from "./disclosure/quasi-identifiers.ts";
export { type Effect, effectOf } from "./effect.ts";
export { yearOf } from "./fhir-date.ts";
export { type Plan, type PlanAction, type PlanElements, type PlanNode, policyLabel } from "./plan.ts";
export { identifiedExportPolicy, identifiedPolicy } from "./policies/identified.ts";
export { programmePolicy } from "./policies/programme.ts";
export { safeHarborPolicy } from "./policies/safe-harbor.ts";
export { shiftedPolicy } from "./policies/shifted.ts";
export { SHIPPED_POLICIES } from "./policies/shipped.ts";
export type { Policy } from "./policy.ts";
export { PolicyError } from "./policy-error.ts";
export { type PolicySection, type PolicyTable, type PolicyTableRow, policyTable } from "./policy-table.ts";
export { policyTableMarkdown } from "./policy-table-markdown.ts";
export * from "./pseudonym.ts";
export { type PseudonymKey, parsePseudonymKeys } from "./pseudonym-keys.ts";
export { type QuestionnaireForm, type QuestionnaireForms, questionnaireForm } from "./questionnaire-form.ts";
export { isReleasedQuestionnaire, questionnaireNames } from "./questionnaire-names.ts";
export { readPolicy } from "./read-policy.ts";
export { isListedPlace, listedRegion } from "./region.ts";
export type { ElementReport, RunReport } from "./run-report.ts";
export { type Inclusion, linked } from "./search-inclusion.ts";
export { createSearchRules, type SearchRules } from "./search-rules.ts";
export type { AdmittedSearch, Handling } from "./search-translation.ts";
export { isShortForm } from "./short-pseudonym.ts";
export type { WithholdReason } from "./withheld.ts";
