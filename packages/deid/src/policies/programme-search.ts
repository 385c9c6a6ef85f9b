/**
 * What an anonymised caller may search by: parameters whose values they are shown anyway. A name that is not here is
 * refused.
 */
export type SearchParameterRule =
  /** A code of one of the terminologies that leave. */
  | { readonly kind: "token" }
  /** One of the values that the policy lets through at the element. */
  | { readonly kind: "code"; readonly element: string }
  | { readonly kind: "boolean" }
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
const code = (element: string) => ({ kind: "code", element }) as const;
const boolean = { kind: "boolean" } as const;

const subject = {
  subject: reference("Patient"),
  patient: reference("Patient"),
  encounter: reference("Encounter"),
};

export const programmeSearch: Readonly<Record<string, SearchParameterRules>> = {
  Patient: {
    gender: code("gender"),
    active: boolean,
    deceased: boolean,
    birthdate: { kind: "birthCohort" },
    "address-state": { kind: "state" },
  },
  Observation: {
    ...subject,
    status: code("status"),
    category: token,
    code: token,
    "value-concept": token,
    date: date("effective"),
  },
  QuestionnaireResponse: {
    ...subject,
    status: code("status"),
    questionnaire: { kind: "questionnaire" },
    authored: date("authored"),
    // The export guide's spelling; R4 calls the parameter authored.
    date: date("authored", "authored"),
  },
  Encounter: {
    subject: reference("Patient"),
    patient: reference("Patient"),
    status: code("status"),
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
    status: code("status"),
    "finding-code": token,
    date: date("date"),
  },
  RiskAssessment: { ...subject, date: date("occurrence") },
  Task: {
    subject: reference("Patient"),
    patient: reference("Patient"),
    encounter: reference("Encounter"),
    status: code("status"),
    intent: code("intent"),
    priority: code("priority"),
    code: token,
    "authored-on": date("authoredOn"),
    modified: date("lastModified"),
    period: date("executionPeriod"),
  },
};

/** The rule of a parameter; `undefined` where an anonymised caller may not search by it. */
export function searchRuleOf(type: string, name: string): SearchParameterRule | undefined {
  const rules = Object.hasOwn(programmeSearch, type) ? programmeSearch[type] : undefined;
  return rules !== undefined && Object.hasOwn(rules, name) ? rules[name] : undefined;
}
