/**
 * A policy is data: what of each FHIR R4 resource may leave, and how. Whatever it does not name is dropped, elements
 * that FHIR does not have included. `compilePolicy` checks it against R4's element table.
 */
export interface Policy {
  readonly name: string;
  /** Semantic version: a change of what leaves is a new one. */
  readonly version: string;
  /** Offset of the programme's time zone from UTC in minutes, for months and days. No daylight saving. */
  readonly utcOffsetMinutes: number;
  /** Resource type → element → rule. A choice is named with its `[x]`. A type that is not named is hidden. */
  readonly resources: Readonly<Record<string, ElementRules>>;
  /** Data type → what the rule `"type"` does with it. */
  readonly types: Readonly<Record<string, Rule>>;
  /** Extension URL → resource type in whose root it may stand, and the rule of its value. */
  readonly extensions: Readonly<Record<string, ExtensionRule>>;
  /** Code system → what of it may leave. `""` is for codes without a system. */
  readonly terminologies: Readonly<Record<string, Terminology>>;
  /** Systems of which nothing leaves but codes that stand in another terminology: prefix → that system, by code. */
  readonly recodings: readonly Recoding[];
  /** References of these types become pseudonyms. */
  readonly pseudonymisedTypes: readonly string[];
  /** References that pass as they are. */
  readonly openReferences: readonly string[];
  /** Profiles that may stand in meta. */
  readonly profiles: readonly string[];
  readonly questionnaires: readonly QuestionnaireRules[];
}

export type ElementRules = Readonly<Record<string, Rule>>;

/**
 * - `"type"`: as `Policy.types` says for the element's data type.
 * - `keep`: booleans, numbers; strings only from `values`.
 * - `elements`: an object of which only the named elements are walked.
 * - `truncateDate`: date or dateTime to its month in the programme's time zone.
 * - `birthCohort`: date → 1 January of the first year of its cohort; masked at `topAge` and over.
 * - `presence`: a dateTime becomes the boolean choice of the same element.
 * - `region`: an Address of which a listed district and state remain.
 * - `coding`, `reference`, `answers`: by `terminologies`, `pseudonymisedTypes`, `questionnaires`.
 * - `canonical`: a URI or canonical from `values`, version suffix allowed.
 * - `anonymousName`, `anonymousIdentifier`: replaced by the short pseudonym of the resource.
 */
export type Rule =
  | "type"
  | {
      readonly method: "keep";
      readonly values?: readonly string[];
      readonly least?: number;
      readonly most?: number;
    }
  | { readonly method: "elements"; readonly elements: ElementRules }
  | { readonly method: "truncateDate" }
  | { readonly method: "birthCohort"; readonly years: number; readonly topAge: number }
  | { readonly method: "presence" }
  | { readonly method: "region" }
  | { readonly method: "coding" }
  | { readonly method: "reference" }
  | { readonly method: "canonical"; readonly values: readonly string[] }
  | { readonly method: "anonymousName" }
  | { readonly method: "anonymousIdentifier"; readonly system: string }
  | { readonly method: "codedText"; readonly values: readonly string[] }
  | { readonly method: "answers" };

export type Method = Exclude<Rule, "type">["method"];

export interface ExtensionRule {
  readonly resourceType: string;
  /** `valueBoolean` and the like. */
  readonly value: string;
  readonly rule: Rule;
}

export interface Terminology {
  /** Code → display, refilled from here: what the source wrote as display is dropped. */
  readonly codes?: Readonly<Record<string, string>>;
  /** Regular expression for codes without a display of ours. */
  readonly pattern?: string;
}

export interface Recoding {
  readonly prefix: string;
  readonly targets: readonly string[];
}

/** What answers of one Questionnaire may leave, by linkId. */
export interface QuestionnaireRules {
  /** Forms in which `QuestionnaireResponse.questionnaire` names it; a `|version` may follow each. */
  readonly names: readonly string[];
  readonly answers: Readonly<Record<string, AnswerRule>>;
}

/**
 * - `coded`: a coding of one of the systems, or a plain string among `values`.
 * - `token`: a string among `values`.
 * - `labelledScore`: `label|score`, label among `values`, score 0 to 100.
 * - `state`, `district`: a listed name.
 * - `ageYears`, `birthDate`: become the cohort and its age range.
 * - `group`: holds items alone.
 */
export interface AnswerRule {
  readonly kind:
    | "group"
    | "coded"
    | "token"
    | "labelledScore"
    | "state"
    | "district"
    | "ageYears"
    | "birthDate"
    | "boolean";
  readonly values?: readonly string[];
}
