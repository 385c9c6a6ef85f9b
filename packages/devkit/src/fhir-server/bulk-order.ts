import { type AnyResource, isResourceType, patientsNamed } from "@aarohan/fhir";
import { FhirError } from "./outcome.ts";
import type { Store } from "./store.ts";

/** What a kick-off asks for (FHIR Bulk Data Access 2.0.0, "Bulk Data Kick-off Request"). */
export interface BulkOrder {
  /** Everything, all that belongs to patients, or what belongs to the patients of a Group. */
  readonly level: "system" | "patient" | { readonly group: string };
  readonly types: readonly string[];
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
}

const FORMATS = new Set(["application/fhir+ndjson", "application/ndjson", "ndjson"]);
const PARAMETERS = new Set(["_type", "_since", "_outputFormat"]);

/** Default: every type of the store. Throws 400 for what is unknown, and names the parameter. */
export function parseBulkOrder(level: BulkOrder["level"], query: URLSearchParams, store: Store): BulkOrder {
  for (const name of query.keys())
    if (!PARAMETERS.has(name)) throw new FhirError(400, "not-supported", `${name} is not supported`);
  if (!FORMATS.has(query.get("_outputFormat") ?? "ndjson"))
    throw new FhirError(400, "not-supported", "_outputFormat is not NDJSON");
  return { level, types: typesOf(query) ?? store.types(), since: sinceOf(query.get("_since")) };
}

/** The resources of one type that the order is for, each as a line of its own. */
export function linesOf({ level, since }: BulkOrder, type: string, store: Store): Uint8Array[] {
  const isWanted = patientFilter(level, store);
  return store
    .resources(type)
    .filter((resource) => resource !== undefined)
    .filter((resource) => since === undefined || updatedOf(resource) >= since)
    .map((resource) => Buffer.from(`${JSON.stringify(resource)}\n`))
    .filter(isWanted);
}

/** A patient's compartment is taken for what names the patient anywhere: wider than FHIR R4 has it, and simple. */
function patientFilter(level: BulkOrder["level"], store: Store): (line: Uint8Array) => boolean {
  if (level === "system") return () => true;
  const named = (line: Uint8Array) => patientsNamed(line, { start: 0, end: line.length });
  if (level === "patient") return (line) => named(line).length > 0;
  const members = membersOf(store.get("Group", level.group));
  return (line) => named(line).some((id) => members.has(id));
}

function membersOf(group: AnyResource): Set<string> {
  const bytes = Buffer.from(JSON.stringify(Object(group).member ?? []));
  return new Set(patientsNamed(bytes, { start: 0, end: bytes.length }));
}

function typesOf(query: URLSearchParams): string[] | undefined {
  if (!query.has("_type")) return undefined;
  const types = new Set(query.getAll("_type").flatMap((list) => list.split(",")));
  for (const type of types)
    if (!isResourceType(type)) throw new FhirError(400, "value", "_type names no resource type");
  return [...types];
}

function sinceOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  const since = Date.parse(text);
  if (Number.isNaN(since)) throw new FhirError(400, "value", "_since is no instant");
  return since;
}

/** Without a time, a resource is older than any. */
function updatedOf({ meta }: AnyResource): number {
  const time = Date.parse(String(Object(meta).lastUpdated));
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
