import { createAsked } from "./asked.ts";
import type { Gateway } from "./create-gateway.ts";
import { malformedError } from "./gateway-error.ts";

/** A type that has rows, and what they may be searched by. */
export interface RowType {
  readonly type: string;
  readonly parameters: readonly string[];
}

/** The types that the programme writes, in the order of its work; others follow. */
const PROGRAMME_TYPES = [
  "Patient",
  "QuestionnaireResponse",
  "Observation",
  "Encounter",
  "ClinicalImpression",
  "Condition",
  "RiskAssessment",
  "Task",
];
/**
 * Aggregates and the trail have pages of their own; definitions are of the interface; photographs and documents never leave in
 * bulk (packages/programme, `NEVER_EXPORTED`).
 */
const NO_ROWS = new Set([
  "Measure",
  "MeasureReport",
  "AuditEvent",
  "OperationDefinition",
  "SearchParameter",
  "Media",
  "DocumentReference",
  "Binary",
]);

/** What the CapabilityStatement lists of types with rows. */
export function createRowTypes(gateway: Gateway) {
  const asked = createAsked<readonly RowType[]>();
  return {
    now: asked.now,
    /** The statement is the same for as long as the page is open. */
    async load(): Promise<void> {
      if (asked.now.peek().state === "known") return;
      await asked.ask(async (signal) => readRowTypes(await gateway.json("/fhir/metadata", { signal })));
    },
  };
}

/** Throws GatewayError. */
function readRowTypes(document: unknown): RowType[] {
  const { rest } = Object(document);
  const { resource } = Object(Array.isArray(rest) ? rest[0] : undefined);
  if (!Array.isArray(resource)) throw malformedError("a CapabilityStatement without types");
  const types = resource.map(readRowType).filter(({ type }) => !NO_ROWS.has(type));
  const rank = ({ type }: RowType) => {
    const place = PROGRAMME_TYPES.indexOf(type);
    return place < 0 ? PROGRAMME_TYPES.length : place;
  };
  return types.toSorted((a, b) => rank(a) - rank(b) || a.type.localeCompare(b.type));
}

function readRowType(entry: unknown): RowType {
  const { type, searchParam } = Object(entry);
  if (typeof type !== "string") throw malformedError("a type without a name");
  const parameters = Array.isArray(searchParam) ? searchParam : [];
  return { type, parameters: parameters.map((parameter) => String(Object(parameter).name)) };
}
