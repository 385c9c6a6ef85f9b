import type { Json } from "@aarohan/fhir";
import type { CompiledTerminologies } from "./coding.ts";
import type { DateType } from "./fhir-date.ts";
import type { DatePrecision, MethodName, Policy } from "./policy.ts";
import type { CompiledQuestionnaires } from "./questionnaire-rules.ts";

/** A compiled policy: plain data, which does not assume how a resource is held. */
export interface Plan {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the policy, 64 hexadecimal digits. */
  readonly hash: string;
  readonly policy: Policy;
  /** Elements of the resource types that may leave. */
  readonly resources: ReadonlyMap<string, PlanElements>;
  /** Resource types of R4 of which none leaves, and why. */
  readonly withheld: ReadonlyMap<string, string>;
  /** Elements of the data types that go by the rules of their type. */
  readonly types: ReadonlyMap<string, PlanElements>;
  readonly terminologies: CompiledTerminologies;
  readonly questionnaires: CompiledQuestionnaires;
  /** The action for a date wherever the rule of its data type decides. */
  readonly dateAction: PlanAction | undefined;
  /** Indices of groups of which everything leaves as it is: nothing in them needs to be walked. */
  readonly whole: ReadonlySet<number>;
  /** All nodes, by index. */
  readonly nodes: readonly PlanNode[];
  /** All groups of elements, by index. */
  readonly groups: readonly PlanElements[];
}

/** The elements of one type at one place, by JSON name, in R4's order: all that R4 has, dropped ones included. */
export interface PlanElements {
  readonly index: number;
  /** `Patient`, `Patient.contact`, `CodeableConcept`. */
  readonly path: string;
  readonly nodes: ReadonlyMap<string, PlanNode>;
  readonly required: readonly RequiredElement[];
  /** True where names that R4 does not have stay too (identified data). */
  readonly keepsUnknown: boolean;
}

/** An element that R4 demands: data-absent-reason stands in its place when nothing of it leaves. */
export interface RequiredElement {
  /** The names under which it stands in the source. */
  readonly from: readonly string[];
  /** The names under which it may leave: several for a choice. */
  readonly names: readonly string[];
  /** Name and value of the mask: `_status`, `code`. */
  readonly mask: readonly [name: string, value: Json];
}

/** What happens to one element. */
export interface PlanNode {
  readonly index: number;
  /** `Patient.birthDate`, `Observation.valueQuantity`. */
  readonly path: string;
  /** Data type of the element. */
  readonly type: string;
  /** True where R4 has an array. */
  readonly list: boolean;
  /** Name under which it leaves. */
  readonly as: string;
  /** `value[x]`, where it is one of a choice: only one of them leaves. */
  readonly choice: string | undefined;
  readonly action: PlanAction;
  /** The rule as the policy says it, for the auditor. */
  readonly rule: PlanRule;
}

export interface PlanRule {
  readonly method: MethodName | "unnamed";
  /** What names the element: a rule at its path, the rule of its data type, or nothing. */
  readonly by: "element" | "type" | "nothing";
  /** The text that the rule obeys. */
  readonly source?: string;
}

export type PlanAction =
  | { readonly method: "drop" | "keepWhole" | "mask" | "withhold" | "answers" | "contained" | "resource" }
  | { readonly method: "elements"; readonly elements: PlanElements }
  | { readonly method: "keepBoolean" | "presence" | "hash" | "publicUrl" | "terminology" | "reference" }
  | { readonly method: "keepCode"; readonly codes: ReadonlySet<string> }
  | {
      readonly method: "keepNumber";
      readonly least: number;
      readonly most: number;
      /** True for an integer: R4 has no fraction there. */
      readonly whole: boolean;
    }
  | {
      readonly method: "keepText";
      readonly values: ReadonlySet<string>;
      readonly pattern: RegExp | undefined;
    }
  | { readonly method: "keepCanonical"; readonly values: ReadonlySet<string> }
  | { readonly method: "keepFreeText" }
  | { readonly method: "pseudonymousId" }
  | { readonly method: "pseudonymousName" }
  | { readonly method: "pseudonymousIdentifier"; readonly system: string }
  | {
      readonly method: "truncateDate";
      readonly precision: DatePrecision;
      readonly instant: boolean;
      readonly topAge: number;
    }
  | { readonly method: "shiftDate"; readonly mostDays: number; readonly type: DateType }
  | { readonly method: "cohort"; readonly years: number; readonly topAge: number }
  | { readonly method: "ageBand"; readonly years: number; readonly topAge: number }
  | {
      readonly method: "quantity";
      readonly units: ReadonlySet<string>;
      readonly least: number;
      readonly most: number;
    }
  | { readonly method: "region"; readonly level: "district" | "state" }
  | { readonly method: "fixed"; readonly value: string | number | boolean }
  | {
      readonly method: "generalizeText";
      readonly map: ReadonlyMap<string, string>;
      readonly otherwise: string | undefined;
    }
  | { readonly method: "generalizeNumber"; readonly borders: readonly number[] }
  | { readonly method: "recodeCode"; readonly map: ReadonlyMap<string, string> }
  | {
      readonly method: "recodeText";
      readonly system: string;
      readonly map: ReadonlyMap<string, string>;
      readonly displays: Readonly<Record<string, string>>;
    }
  | { readonly method: "extensions"; readonly byUrl: ReadonlyMap<string, ReadonlyMap<string, PlanNode>> };

/** `name@version#hash`, the hash to 12 digits: how manifests and audit events name a policy. */
export function policyLabel(plan: Plan): string {
  return `${plan.name}@${plan.version}#${plan.hash.slice(0, 12)}`;
}

export type ActionOf<Method extends PlanAction["method"]> = Extract<PlanAction, { method: Method }>;
