export { type Anonymised, type Anonymiser, createAnonymiser } from "./anonymiser.ts";
export type { AnonymiserOptions, WithheldPatients } from "./anonymiser-options.ts";
export { type AnswerColumn, answerColumns } from "./answer-columns.ts";
export { type AnonymisedBytes, type ByteAnonymiser, createByteAnonymiser } from "./bytes/byte-anonymiser.ts";
export { ByteWriter } from "./bytes/byte-writer.ts";
export { compilePolicy } from "./compile-policy.ts";
export { type ConsentMode, type ConsentOptions, isReleasable } from "./consent.ts";
export { BOUND_PREFIXES } from "./date-border.ts";
export { cellName, type NoiseOptions, noisyCount } from "./disclosure/cell-key-noise.ts";
export { createCellKeys } from "./disclosure/cell-keys.ts";
export { type ClassReport, classReport, type PatientClass } from "./disclosure/class-report.ts";
export { type RoundingOptions, roundedCount } from "./disclosure/controlled-rounding.ts";
export {
  type DeclaredTables,
  declaredTables,
  type JointCount,
  TableCounter,
  type TableCounts,
  tableCounts,
} from "./disclosure/declared-tables.ts";
export { DisclosureError } from "./disclosure/disclosure-error.ts";
export {
  type ClassDecision,
  decideGeneralisation,
  type GeneralisationLevel,
  generalisedClass,
} from "./disclosure/generalisation.ts";
export { createGeneraliser, type Generaliser } from "./disclosure/generaliser.ts";
export { keepWitnesses } from "./disclosure/kept-witnesses.ts";
export {
  type MeasurePopulations,
  measurePopulations,
  type Population,
  type PopulationNode,
  PopulationTree,
  type Split,
  type SplitNode,
} from "./disclosure/population-tree.ts";
export {
  monthOf,
  patientAbout,
  type QuasiIdentifiers,
  quasiIdentifiersOf,
} from "./disclosure/quasi-identifiers.ts";
export { revisedSlices, type SliceChange, type SliceCounts } from "./disclosure/revised-slices.ts";
export {
  isMedianReleased,
  isP90Released,
  LEAST_FOR_MEDIAN,
  LEAST_FOR_P90,
  releasedRate,
} from "./disclosure/score-display.ts";
export {
  releasedCount,
  type SuppressedTables,
  type SuppressionOptions,
  suppressTables,
} from "./disclosure/suppressed-tables.ts";
export {
  type Share,
  type SuppressionReport,
  suppressionReport,
  type TableReport,
} from "./disclosure/suppression-report.ts";
export {
  KIND,
  type Kind,
  STANDING,
  type Standing,
  SuppressionState,
  standingsOf,
  suppressPrimary,
} from "./disclosure/suppression-state.ts";
export { type CoordinateRange, TableLattice } from "./disclosure/table-lattice.ts";
export type { Coordinate, TableShape } from "./disclosure/table-shape.ts";
export { type Equations, TableSystem } from "./disclosure/table-system.ts";
export type { Witness, WitnessStep } from "./disclosure/witness.ts";
export type { KeptWitnesses } from "./disclosure/witness-archive.ts";
export type { WitnessedIntervals } from "./disclosure/witness-audit.ts";
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
export { createSearchRules, NO_VISIBLE_ORDER, type SearchRules, type VisibleOrder } from "./search-rules.ts";
export type { AdmittedSearch, Handling } from "./search-translation.ts";
export { isShortForm } from "./short-pseudonym.ts";
export type { WithholdReason } from "./withheld.ts";
