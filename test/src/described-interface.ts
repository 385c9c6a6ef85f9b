import { RESOURCE_TYPES, searchParametersOf } from "@aarohan/fhir";
import { refusalOf } from "./attack.ts";
import { type RawRequest, type RawResponse, rawRequest } from "./raw-client.ts";

/** A CapabilityStatement, as far as it is walked. */
export interface Statement {
  readonly rest: readonly [
    { readonly resource: readonly StatedType[]; readonly operation: readonly StatedOperation[] },
  ];
}

export interface StatedType {
  readonly type: string;
  readonly interaction?: readonly { readonly code: string }[];
  readonly searchParam?: readonly StatedParameter[];
  readonly searchInclude?: readonly string[];
  readonly searchRevInclude?: readonly string[];
  readonly operation?: readonly StatedOperation[];
}

export interface StatedParameter {
  readonly name: string;
  readonly type: string;
  readonly definition: string;
}

export interface StatedOperation {
  readonly name: string;
  readonly definition: string;
  readonly documentation: string;
}

/** What a SearchParameter tells of the values that it takes. */
export interface Definition {
  readonly id: string;
  readonly url: string;
  readonly code: string;
  readonly type: string;
  readonly description: string;
  readonly target?: readonly string[];
  /** Of an operation. */
  readonly parameter?: readonly DescribedParameter[];
}

export interface DescribedParameter {
  readonly use: "in" | "out";
  readonly name: string;
  readonly type?: string;
  readonly part?: readonly DescribedParameter[];
}

export type Ask = (path: string, request?: RawRequest) => Promise<RawResponse>;

/** A user's requests: two evictions of the limiter, of nine requests each, still leave as many. */
const REQUESTS_OF_A_USER = 80;

/** Asks as users of one kind; each for as long as the limit of requests allows it. */
export function askerOf(fhirUrl: string, mint: () => Promise<string>): Ask {
  let token = "";
  let left = 0;
  return async function ask(path, request = {}) {
    if (left === 0) {
      left = REQUESTS_OF_A_USER;
      token = await mint();
    }
    left -= 1;
    const headers = { Authorization: `Bearer ${token}`, ...request.headers };
    return rawRequest(`${fhirUrl}${path}`, { ...request, headers });
  };
}

/** Refusals of somebody who asked by what there is, and gets no answer now, or not for this table. */
const ADMITTED = /^(?:200|304|400 table-undeclared|404 release-unknown|503 indicators-unavailable)/;

export function isAdmitted(answer: RawResponse): boolean {
  return ADMITTED.test(outcomeOf(answer));
}

export function outcomeOf(answer: RawResponse): string {
  return answer.status < 400 ? String(answer.status) : refusalOf(answer);
}

/** A value that a parameter takes, as its definition says. */
export function sampleValue(
  type: string,
  { code, type: kind, description, target = [] }: Definition,
): string {
  if (type === "MeasureReport" && REPORT_VALUES[code] !== undefined) return REPORT_VALUES[code];
  const [, listed] = /^One of: ([^,.]+)/.exec(description) ?? [];
  if (listed !== undefined) return listed;
  if (code === "_id") return "x";
  if (description.startsWith("Questionnaires")) return "Questionnaire/OralCancerPatientRegistration";
  if (kind === "reference") return `${target[0] ?? "Patient"}/x`;
  return VALUES[kind] ?? "x";
}

const VALUES: Readonly<Record<string, string>> = {
  date: "ge1980-01-01",
  string: "Karnataka",
  token: "http://loinc.org|62596-2",
  uri: "http://loinc.org",
};

const REPORT_VALUES: Readonly<Record<string, string>> = {
  measure: "screening-coverage",
  period: "2025",
  periodStart: "2025-01-01&periodEnd=2025-12-31",
  periodEnd: "2025-12-31&periodStart=2025-01-01",
  state: "Karnataka",
  district: "Bengaluru Urban",
  subject: "Karnataka",
};

/** What R4 has, and a statement does not name. */
export function unstatedTypes(stated: readonly StatedType[]): string[] {
  const named = new Set(stated.filter(({ interaction }) => interaction).map(({ type }) => type));
  return [...RESOURCE_TYPES].filter((type) => !named.has(type));
}

export function unstatedParameters({ type, searchParam = [] }: StatedType): string[] {
  const named = new Set(searchParam.map(({ name }) => name));
  return [...searchParametersOf(type).keys()].filter((name) => !named.has(name));
}
