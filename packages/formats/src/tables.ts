import { EdgeError } from "@aarohan/contract";
import { isResourceType } from "@aarohan/fhir";
import { ADMINISTRATIVE_TABLES } from "./administrative-tables.ts";
import { AUDIT_EVENT_COLUMNS } from "./audit-event-table.ts";
import {
  ageRangeOf,
  codeColumn,
  column,
  conceptColumns,
  dateColumn,
  idColumns,
  listColumn,
  referenceColumn,
} from "./columns.ts";
import { type Audience, derivedColumns } from "./derived-columns.ts";
import { MEASURE_REPORT_COLUMNS } from "./measure-report-table.ts";
import { type AnswerColumn, questionnaireResponseColumns } from "./questionnaire-response-table.ts";
import { textAt } from "./read-element.ts";
import type { Column, Table } from "./table.ts";
import { withUniqueNames } from "./unique-names.ts";

const subjectOf = (type: string) =>
  referenceColumn("patient_id", `${type}.subject`, "Patient that it is about.");
const encounterOf = (type: string) =>
  referenceColumn("encounter_id", `${type}.encounter`, "Encounter that it belongs to.");

const ageRange: readonly Column[] = [
  column(
    "age_low",
    "integer",
    "Patient.extension(age-range).low",
    "Lowest age of the birth cohort in the release year.",
    (r) => ageRangeOf(r)?.low,
  ),
  column(
    "age_high",
    "integer",
    "Patient.extension(age-range).high",
    "Highest age of the birth cohort; empty for 90 and over.",
    (r) => ageRangeOf(r)?.high,
  ),
];

/** Columns of the types that both audiences get. */
const SHARED: Readonly<Record<string, readonly Column[]>> = {
  Patient: [
    ...idColumns("Patient"),
    column(
      "identifier",
      "string",
      "Patient.identifier.value",
      "Short pseudonym in anonymised data, else the first identifier.",
      (r) => textAt(r, "identifier", "value"),
    ),
    codeColumn(
      "gender",
      "http://hl7.org/fhir/administrative-gender",
      "Patient.gender",
      "Administrative gender: male, female, other or unknown.",
    ),
    column(
      "birth_date",
      "date",
      "Patient.birthDate",
      "Date of birth; in anonymised data the first day of its five-year cohort.",
    ),
    ...ageRange,
    column("district", "string", "Patient.address.district", "District of residence.", (r) =>
      textAt(r, "address", "district"),
    ),
    column("state", "string", "Patient.address.state", "State of residence.", (r) =>
      textAt(r, "address", "state"),
    ),
    column("country", "string", "Patient.address.country", "Country of residence.", (r) =>
      textAt(r, "address", "country"),
    ),
    column("deceased", "boolean", "Patient.deceasedBoolean", "True where a death is recorded."),
  ],
  Observation: [
    ...idColumns("Observation"),
    codeColumn(
      "status",
      "http://hl7.org/fhir/observation-status",
      "Observation.status",
      "Status of the result.",
    ),
    ...conceptColumns("category", "Observation.category", "Kind of observation"),
    ...conceptColumns("code", "Observation.code", "What was observed"),
    subjectOf("Observation"),
    encounterOf("Observation"),
    dateColumn(
      "effective",
      "Observation.effective",
      "When it was observed; to the month in anonymised data.",
    ),
    ...conceptColumns("value", "Observation.valueCodeableConcept", "Result"),
    column("value_quantity", "decimal", "Observation.valueQuantity.value", "Result as a number."),
    codeColumn(
      "value_unit",
      "http://unitsofmeasure.org",
      "Observation.valueQuantity.code",
      "Unit of the number (UCUM).",
    ),
    column("value_boolean", "boolean", "Observation.valueBoolean", "Result as yes or no."),
  ],
  Encounter: [
    ...idColumns("Encounter"),
    codeColumn("status", "http://hl7.org/fhir/encounter-status", "Encounter.status", "Status of the visit."),
    codeColumn(
      "class_code",
      "http://terminology.hl7.org/CodeSystem/v3-ActCode",
      "Encounter.class.code",
      "Class of the visit.",
    ),
    subjectOf("Encounter"),
    column("start", "string", "Encounter.period.start", "Begin; to the month in anonymised data."),
    column("end", "string", "Encounter.period.end", "End; to the month in anonymised data."),
    column(
      "location",
      "string",
      "Encounter.location.location.reference",
      "Setting: field or hospital.",
      (r) => textAt(r, "location", "location", "reference"),
    ),
  ],
  Condition: [
    ...idColumns("Condition"),
    ...conceptColumns("clinical_status", "Condition.clinicalStatus", "Clinical status"),
    ...conceptColumns("verification_status", "Condition.verificationStatus", "Verification status"),
    ...conceptColumns("code", "Condition.code", "Diagnosis"),
    subjectOf("Condition"),
    encounterOf("Condition"),
    column(
      "recorded_date",
      "string",
      "Condition.recordedDate",
      "When it was recorded; to the month in anonymised data.",
    ),
  ],
  ClinicalImpression: [
    ...idColumns("ClinicalImpression"),
    codeColumn(
      "status",
      "http://hl7.org/fhir/clinicalimpression-status",
      "ClinicalImpression.status",
      "Status of the assessment.",
    ),
    subjectOf("ClinicalImpression"),
    encounterOf("ClinicalImpression"),
    column("date", "string", "ClinicalImpression.date", "When it was made; to the month in anonymised data."),
    listColumn("findings", "ClinicalImpression.finding", "Codes of the findings.", (f) =>
      textAt(f, "itemCodeableConcept", "coding", "code"),
    ),
  ],
  RiskAssessment: [
    ...idColumns("RiskAssessment"),
    codeColumn(
      "status",
      "http://hl7.org/fhir/observation-status",
      "RiskAssessment.status",
      "Status of the assessment.",
    ),
    subjectOf("RiskAssessment"),
    encounterOf("RiskAssessment"),
    dateColumn(
      "occurrence",
      "RiskAssessment.occurrence",
      "When it was made; to the month in anonymised data.",
    ),
    listColumn("qualitative_risk", "RiskAssessment.prediction", "Codes of the risk.", (p) =>
      textAt(p, "qualitativeRisk", "coding", "code"),
    ),
    listColumn("outcome", "RiskAssessment.prediction", "Codes of the possible outcome.", (p) =>
      textAt(p, "outcome", "coding", "code"),
    ),
  ],
  Task: [
    ...idColumns("Task"),
    column("kind", "string", "Task.instantiatesUri", "Follow-up or specialist's review, by its definition."),
    codeColumn("status", "http://hl7.org/fhir/task-status", "Task.status", "Status of the work."),
    codeColumn("intent", "http://hl7.org/fhir/task-intent", "Task.intent", "Intent."),
    referenceColumn("patient_id", "Task.for", "Patient that it is for."),
    encounterOf("Task"),
    column(
      "authored_on",
      "string",
      "Task.authoredOn",
      "When it was created; to the month in anonymised data.",
    ),
    column(
      "start",
      "string",
      "Task.executionPeriod.start",
      "Begin of the work; to the month in anonymised data.",
    ),
    column("end", "string", "Task.executionPeriod.end", "End of the work; to the month in anonymised data."),
    listColumn(
      "outcome",
      "Task.output",
      "Outcome as the front-line worker recorded it.",
      (output) =>
        textAt(output, "valueCodeableConcept", "coding", "code") ??
        textAt(output, "valueCodeableConcept", "text"),
    ),
  ],
};

/** Columns that only those get who see identified data. */
const IDENTIFIED: Readonly<Record<string, readonly Column[]>> = {
  Patient: [
    listColumn("given_name", "Patient.name", "Given names.", (name) => textAt(name, "given", 0)),
    column("family_name", "string", "Patient.name.family", "Family name.", (r) =>
      textAt(r, "name", "family"),
    ),
    listColumn("telecom", "Patient.telecom", "Telephone numbers and addresses.", (telecom) =>
      textAt(telecom, "value"),
    ),
    listColumn("address_line", "Patient.address", "First line of the address.", (address) =>
      textAt(address, "line", 0),
    ),
    column("city", "string", "Patient.address.city", "Village or town.", (r) => textAt(r, "address", "city")),
    column("postal_code", "string", "Patient.address.postalCode", "PIN code.", (r) =>
      textAt(r, "address", "postalCode"),
    ),
  ],
};

export interface TableOptions {
  readonly audience: Audience;
  /** Columns of QuestionnaireResponse: for anonymised data those of the policy, never those of the data. */
  readonly answers: readonly AnswerColumn[];
}

/**
 * The table of a resource type: as declared, else derived from the type's elements. Throws `resource-type-unknown` for
 * what is no resource type of R4.
 */
export function tableOf(resourceType: string, options: TableOptions): Table {
  if (!isResourceType(resourceType)) {
    throw new EdgeError("resource-type-unknown", "There is no such resource type in FHIR R4.");
  }
  return { name: resourceType, columns: withUniqueNames(columnsOf(resourceType, options)) };
}

function columnsOf(resourceType: string, { audience, answers }: TableOptions): readonly Column[] {
  if (resourceType === "MeasureReport") return MEASURE_REPORT_COLUMNS;
  if (resourceType === "AuditEvent") return AUDIT_EVENT_COLUMNS;
  if (resourceType === "QuestionnaireResponse") return questionnaireResponseColumns(answers);
  const columns = declaredColumns(resourceType, audience);
  return columns.length > 0 ? columns : derivedColumns(resourceType, audience);
}

function declaredColumns(resourceType: string, audience: Audience): readonly Column[] {
  const shared = declared(SHARED, resourceType);
  if (audience === "anonymised") return shared;
  return [...shared, ...declared(IDENTIFIED, resourceType), ...declared(ADMINISTRATIVE_TABLES, resourceType)];
}

function declared(
  tables: Readonly<Record<string, readonly Column[]>>,
  resourceType: string,
): readonly Column[] {
  return Object.hasOwn(tables, resourceType) ? (tables[resourceType] ?? []) : [];
}
