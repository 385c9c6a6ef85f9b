import { type AuditQuery, EdgeError } from "@aarohan/contract";
import { BOUND_PREFIXES } from "@aarohan/deid";
import {
  type DateValue,
  type DescribedParameter,
  elementsOf,
  parseDateValue,
  parseReference,
  parseToken,
  type SearchParameter,
  searchParametersOf,
  splitOr,
} from "@aarohan/fhir";
import type { AuditPseudonyms } from "@aarohan/programme";

type Asked = { -readonly [Name in keyof AuditQuery]?: AuditQuery[Name] };

type Reader = (value: string, asked: Asked, pseudonyms: AuditPseudonyms, name: string) => void;

/** How each search parameter of AuditEvent (FHIR R4 §6.4.6.1) asks the trail. */
const READERS: Readonly<Record<string, Reader>> = {
  _id: codeFor("requestId"),
  action: codeFor("action"),
  type: codeFor("type"),
  subtype: codeFor("interaction"),
  outcome: codeFor("outcome"),
  altid: codeFor("clientId"),
  "agent-role": codeFor("role"),
  "entity-type": codeFor("resourceType"),
  agent: setAgent,
  date: setDate,
  entity: setPatient,
  patient: setPatient,
};

const WORDS: Readonly<Record<string, string>> = {
  agent: "Who asked: issuer|subject, or the subject alone, also as agent:identifier.",
  entity: "A Patient by the id that the programme's server has.",
  patient: "A Patient by the id that the programme's server has.",
};

/** What the trail may be asked by. */
export function auditParameters(): DescribedParameter[] {
  const known = searchParametersOf("AuditEvent");
  return Object.keys(READERS).map((name) => {
    const { type = "token" } = known.get(name) ?? {};
    return {
      name,
      type,
      description: WORDS[name] ?? describedCodes(name),
      targets: type === "reference" && name !== "agent" ? ["Patient"] : [],
      comparators: type === "date" ? BOUND_PREFIXES : [],
      takesList: false,
    };
  });
}

function describedCodes(name: string): string {
  const codes = codesOf(name);
  return codes === undefined ? "As the trail has it." : `One of: ${[...codes].join(", ")}.`;
}

/** The codes that R4 itself lists for the element of the parameter's name. */
function codesOf(name: string): ReadonlySet<string> | undefined {
  return elementsOf("AuditEvent")?.get(name)?.codes;
}

/**
 * A search of AuditEvent → a query to the trail. `agent` takes the identifier of who asked, `issuer|subject` or the
 * subject alone, also as `agent:identifier`; `entity` and `patient` take a Patient's id as the programme's server has it;
 * dates without a zone count in UTC. Throws `parameter-unknown`, `parameter-invalid` or `parameter-repeated`.
 */
export function auditQuery(
  parameters: readonly SearchParameter[],
  count: number,
  pseudonyms: AuditPseudonyms,
): AuditQuery {
  const asked: Asked = {};
  const seen = new Set<string>();
  for (const { name, modifier, chain, value } of parameters) {
    if (name === "_sort" && value === "-date") continue;
    const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (read === undefined) {
      throw new EdgeError("parameter-unknown", `${name} is no parameter of the audit trail.`, {
        parameter: name,
      });
    }
    const isPlain = modifier === undefined || (name === "agent" && modifier === "identifier");
    if (chain !== undefined || !isPlain) throw invalid(name, "takes no such modifier and no chain");
    if (seen.has(name) && name !== "date") {
      throw new EdgeError("parameter-repeated", `${name} may stand only once.`, { parameter: name });
    }
    seen.add(name);
    if (splitOr(value).length > 1) throw invalid(name, "takes one value, and no list");
    read(value, asked, pseudonyms, name);
  }
  return { ...asked, count };
}

/** A code that R4 does not have where it lists them is no question to which there is an answer. */
function codeFor(
  field: "requestId" | "action" | "type" | "interaction" | "outcome" | "clientId" | "role" | "resourceType",
): Reader {
  return function setCode(value, asked, _, name) {
    const { code } = parseToken(value);
    if (code === undefined || code === "") throw invalid(name, "is one code");
    const codes = codesOf(name);
    if (codes?.has(code) === false) throw invalid(name, `is one of: ${[...codes].join(", ")}`);
    asked[field] = code;
  };
}

function setAgent(value: string, asked: Asked): void {
  const { system, code } = parseToken(value);
  if (code === undefined) throw invalid("agent", "is issuer|subject, or the subject alone");
  asked.subject = code;
  if (system !== undefined) asked.issuer = system;
}

function setPatient(value: string, asked: Asked, pseudonyms: AuditPseudonyms, name: string): void {
  const { type = name === "patient" ? "Patient" : undefined, id } = parseReference(value);
  if (type !== "Patient" || id === undefined) throw invalid(name, "is Patient/ and the id of a patient");
  const patients = pseudonyms.everyOf(id);
  const before = asked.patients;
  asked.patients = before === undefined ? patients : patients.filter((patient) => before.includes(patient));
}

function setDate(value: string, asked: Asked): void {
  const date = parseDateValue(value);
  const bounds = date === undefined ? undefined : boundsOf(date);
  if (bounds === undefined) {
    throw invalid("date", `is one FHIR date with one of the prefixes ${BOUND_PREFIXES.join(" ")}`);
  }
  const { from, until } = bounds;
  if (from !== undefined) asked.from = Math.max(asked.from ?? from, from);
  if (until !== undefined) asked.until = Math.min(asked.until ?? until, until);
}

/** `undefined` for prefixes that are no bounds. */
function boundsOf(date: DateValue): Pick<AuditQuery, "from" | "until"> | undefined {
  const [start, end] = spanOf(date);
  switch (date.prefix) {
    case "eq":
      return { from: start, until: end };
    case "ge":
      return { from: start };
    case "gt":
    case "sa":
      return { from: end };
    case "le":
      return { until: end };
    case "lt":
    case "eb":
      return { until: start };
    default:
      return undefined;
  }
}

/** First millisecond, and the first one after. */
function spanOf({ text, precision, year, month, day }: DateValue): readonly [start: number, end: number] {
  switch (precision) {
    case "year":
      return [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
    case "month":
      return [Date.UTC(year, month - 1), Date.UTC(year, month)];
    case "day":
      return [Date.UTC(year, month - 1, day), Date.UTC(year, month - 1, day + 1)];
    default: {
      const start = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
      return [start, start + (precision === "minute" ? 60_000 : precision === "second" ? 1000 : 1)];
    }
  }
}

function invalid(name: string, what: string): EdgeError {
  return new EdgeError("parameter-invalid", `${name} ${what}.`, { parameter: name });
}
