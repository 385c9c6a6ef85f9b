/**
 * A policy is data (JSON, see `policy.schema.json`): what of each FHIR R4 resource may leave, and how. Whatever it does
 * not name is dropped, elements that FHIR does not have included. `readPolicy` checks its form, `compilePolicy` its sense
 * against R4's element table.
 */
export interface Policy {
  readonly name: string;
  /** Semantic version: a change of what leaves is a new one. */
  readonly version: string;
  readonly description: string;
  /** `identified` alone may keep what it does not name, and its output carries no label of pseudonymised data. */
  readonly audience: "anonymised" | "identified";
  /** `job`: every run has a random key of its own, destroyed with it (45 CFR 164.514(c)). Default `recipient`. */
  readonly keys?: "recipient" | "job";
  /** `export`: for files alone, never for searches. Default `search`. */
  readonly use?: "search" | "export";
  /**
   * Of exports for anonymised data: so many patients, 2 to 1000, look alike by birth, sex, place and month. Those of smaller
   * classes are generalised, and withheld where that is not enough. Default: classes are only reported.
   */
  readonly minimumClassSize?: number;
  /** Offset of the programme's time zone from UTC in minutes, for months and days. No daylight saving. */
  readonly utcOffsetMinutes: number;
  /** Codes of v3-ObservationValue that `meta.security` names. */
  readonly securityLabels?: readonly string[];
  /** Rules for elements that every resource has; a resource's own rules stand before them. */
  readonly everyResource: ElementRules;
  /** Resource type → its rules. */
  readonly resources: Readonly<Record<string, ResourceRules>>;
  /** Rules for the types of R4 that `resources` does not name. Default: withheld. */
  readonly otherResources?: ResourceRules;
  /** Data type → what the rule `type` does with it. Types that are not named are dropped. */
  readonly types: Readonly<Record<string, TypeRule>>;
  /** Extension URL → where it may stand, and what of it leaves. */
  readonly extensions: Readonly<Record<string, ExtensionRule>>;
  /** Code system → what of it may leave. `""` is for codes without a system. */
  readonly terminologies: Readonly<Record<string, Terminology>>;
  /** Systems of which nothing leaves but codes that stand in another terminology: prefix → that system, by code. */
  readonly recodings: readonly Recoding[];
  /** Relative references that pass as they are. */
  readonly openReferences: readonly string[];
  readonly questionnaires: readonly QuestionnaireRules[];
}

/** Element path below the type (`birthDate`, `finding.itemReference`, `value[x]`, `valueQuantity`) → rule. */
export type ElementRules = Readonly<Record<string, Rule>>;

/** Elements without a rule of their own are dropped, go by the rule of their data type, or (identified only) stay. */
export type Unnamed = "drop" | "type" | "keep";

export type ResourceRules =
  /** No resource of the type leaves; the text says why. */
  | { readonly withhold: string }
  | { readonly unnamed?: Unnamed; readonly elements?: ElementRules; readonly source?: string };

export type TypeRule =
  | Rule
  | { readonly unnamed?: Unnamed; readonly elements: ElementRules; readonly source?: string };

/** A method, alone where it needs no option. */
export type Rule = MethodName | (RuleOptions & { readonly source?: string });

export type MethodName = RuleOptions["method"];

export type DatePrecision = "year" | "month" | "day";

/**
 * - `type`: as `Policy.types` says for the element's data type.
 * - `keep`: booleans; numbers from `least` to `most`; codes of the element's required binding; text among `values`, of the
 *   whole `pattern`, or any with `freeText`; a canonical among `values` may carry a version.
 * - `drop`: said aloud, with its source, for the auditor.
 * - `mask`: data-absent-reason stands in its place.
 * - `pseudonym`: id and Reference as this recipient's pseudonym; HumanName and Identifier as one short pseudonym.
 * - `hash`: text as a keyed digest, 22 characters.
 * - `truncateDate`: to its precision in the programme's zone; a year `topAge` or more years ago is dropped.
 * - `shiftDate`: by the patient's own number of days, up to `mostDays` either way, never 0.
 * - `ageBand`: date → first day of the cohort of `years` and an age range; Age → its band. From `topAge` on, no upper end.
 * - `presence`: a dateTime becomes the boolean choice of the same element.
 * - `region`: an Address of which a listed `district` (or only the `state`) and country remain.
 * - `quantity`: a Quantity in one of the UCUM `units`, its value from `least` to `most`; "" is for no unit.
 * - `terminology`: a Coding by `Policy.terminologies`.
 * - `generalize`: text by `map`, else `otherwise`; a number to the greatest of `borders` that is not above it.
 * - `fixed`: always this value where there was one.
 * - `recode`: text, or a CodeableConcept's text, by `map` to a code of `system`; a code by `map`.
 * - `publicUrl`: without user, password, query and fragment.
 * - `resources`: contained resources by the rules of their own types.
 * - `answers`: by `Policy.questionnaires`.
 */
export type RuleOptions =
  | { readonly method: "type" | "drop" | "mask" | "presence" | "terminology" | "resources" | "answers" }
  | { readonly method: "hash" | "publicUrl" }
  | {
      readonly method: "keep";
      readonly values?: readonly string[];
      readonly pattern?: string;
      readonly freeText?: boolean;
      readonly least?: number;
      readonly most?: number;
    }
  | {
      readonly method: "quantity";
      readonly units: readonly string[];
      readonly least: number;
      readonly most: number;
    }
  | { readonly method: "pseudonym"; readonly system?: string }
  | { readonly method: "truncateDate"; readonly precision: DatePrecision; readonly topAge?: number }
  | { readonly method: "shiftDate"; readonly mostDays: number }
  | { readonly method: "ageBand"; readonly years: number; readonly topAge: number }
  | { readonly method: "region"; readonly level: "district" | "state" }
  | {
      readonly method: "generalize";
      readonly map?: Readonly<Record<string, string>>;
      readonly otherwise?: string;
      readonly borders?: readonly number[];
    }
  | { readonly method: "fixed"; readonly value: string | number | boolean }
  | {
      readonly method: "recode";
      readonly map: Readonly<Record<string, string>>;
      readonly system?: string;
      readonly displays?: Readonly<Record<string, string>>;
    };

export interface ExtensionRule {
  /** Resource, data and backbone types in which it may stand. */
  readonly on: readonly string[];
  /** `valueBoolean` and the like → rule. */
  readonly values: Readonly<Record<string, Rule>>;
  readonly source?: string;
}

export interface Terminology {
  /** Code → display, refilled from here: what the source wrote as display is dropped. */
  readonly codes?: Readonly<Record<string, string>>;
  /** Regular expression for whole codes without a display of ours. */
  readonly pattern?: string;
  readonly source?: string;
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
 * - `choice`: as `coded`, or one of the options that the Questionnaire itself gives for the item, where it is known.
 * - `coded`: a coding of one of the terminologies.
 * - `token`: a string among `values`. `pattern`: a string of the whole `pattern`.
 * - `number`: an integer or decimal from `least` to `most`.
 * - `labelledScore`: `label|score`, label among `values`, score 0 to 100.
 * - `state`, `district`: a listed name.
 * - `ageYears`, `birthDate`: become the cohort of `years` and its age range.
 * - `date`: by the rule of the data type.
 * - `group`: holds items alone.
 */
export type AnswerRule =
  | { readonly kind: "group" | "choice" | "coded" | "boolean" | "state" | "district" | "date" }
  | { readonly kind: "token" | "labelledScore"; readonly values: readonly string[] }
  | { readonly kind: "pattern"; readonly pattern: string }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "ageYears" | "birthDate"; readonly years: number; readonly topAge: number };
