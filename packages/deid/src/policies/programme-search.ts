/**
 * What an anonymised caller may search by: parameters whose values they are shown anyway. A name that is not here is
 * refused.
 */
export type SearchParameterRule =
  /** A code of one of the terminologies that leave. */
  | { readonly kind: "token" }
  /** One of the values that the element may have. */
  | { readonly kind: "code"; readonly values: readonly string[] }
  /** A pseudonym of one of the types; a bare one where there is one type. */
  | { readonly kind: "reference"; readonly types: readonly string[]; readonly upstream?: string }
  /** By the month; `element` is where the month is shown. */
  | { readonly kind: "date"; readonly element: string; readonly upstream?: string }
  /** By borders of five-year cohorts. */
  | { readonly kind: "birthCohort" }
  | { readonly kind: "state" }
  | { readonly kind: "questionnaire" };

export type SearchParameterRules = Readonly<Record<string, SearchParameterRule>>;

const token = { kind: "token" } as const;
const reference = (...types: string[]) => ({ kind: "reference", types }) as const;
const date = (element: string, upstream?: string) =>
  ({ kind: "date", element, ...(upstream === undefined ? {} : { upstream }) }) as const;
const code = (...values: string[]) => ({ kind: "code", values }) as const;

const subject = {
  subject: reference("Patient"),
  patient: reference("Patient"),
  encounter: reference("Encounter"),
};

export const programmeSearch: Readonly<Record<string, SearchParameterRules>> = {
  Patient: {
    gender: code("male", "female", "other", "unknown"),
    active: code("true", "false"),
    deceased: code("true", "false"),
    birthdate: { kind: "birthCohort" },
    "address-state": { kind: "state" },
  },
  Observation: {
    ...subject,
    status: code(
      "registered",
      "preliminary",
      "final",
      "amended",
      "corrected",
      "cancelled",
      "entered-in-error",
      "unknown",
    ),
    category: token,
    code: token,
    "value-concept": token,
    date: date("effective"),
  },
  QuestionnaireResponse: {
    ...subject,
    status: code("in-progress", "completed", "amended", "entered-in-error", "stopped"),
    questionnaire: { kind: "questionnaire" },
    authored: date("authored"),
    // The export guide's spelling; R4 calls the parameter authored.
    date: date("authored", "authored"),
  },
  Encounter: {
    subject: reference("Patient"),
    patient: reference("Patient"),
    status: code(
      "planned",
      "arrived",
      "triaged",
      "in-progress",
      "onleave",
      "finished",
      "cancelled",
      "entered-in-error",
      "unknown",
    ),
    class: token,
    date: date("period"),
  },
  Condition: {
    ...subject,
    "clinical-status": token,
    "verification-status": token,
    category: token,
    code: token,
    "recorded-date": date("recordedDate"),
  },
  ClinicalImpression: {
    ...subject,
    status: code("in-progress", "completed", "entered-in-error"),
    "finding-code": token,
    date: date("date"),
  },
  RiskAssessment: { ...subject, date: date("occurrence") },
  Task: {
    subject: reference("Patient"),
    patient: reference("Patient"),
    encounter: reference("Encounter"),
    status: code(
      "draft",
      "requested",
      "received",
      "accepted",
      "rejected",
      "ready",
      "cancelled",
      "in-progress",
      "on-hold",
      "failed",
      "completed",
      "entered-in-error",
    ),
    intent: code(
      "unknown",
      "proposal",
      "plan",
      "order",
      "original-order",
      "reflex-order",
      "filler-order",
      "instance-order",
      "option",
    ),
    priority: code("routine", "urgent", "asap", "stat"),
    code: token,
    "authored-on": date("authoredOn"),
    modified: date("lastModified"),
    period: date("executionPeriod"),
  },
};
