import { EdgeError } from "@aarohan/contract";
import { type ElementSubset, isFhirId, isResourceType, parseElements } from "@aarohan/fhir";
import { complaintOf } from "./complaint.ts";
import { parseInstant } from "./instant.ts";

export type ExportLevel =
  | { readonly kind: "system" }
  | { readonly kind: "patient" }
  | { readonly kind: "group"; readonly id: string };

export type ExportFormat = "ndjson" | "csv" | "parquet";

/** Resources of one type, narrowed by a search (Bulk Data Access, `_typeFilter`). */
export interface TypeFilter {
  readonly type: string;
  /** The search, as it stands behind the question mark. */
  readonly search: string;
}

/** A kick-off as it was understood (FHIR Bulk Data Access 2.0.0 and 3.0.0). */
export interface ExportRequest {
  readonly level: ExportLevel;
  readonly format: ExportFormat;
  /** Milliseconds since 1970: changed at or after, and before. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** `undefined` for all types that the caller may have. */
  readonly types: readonly string[] | undefined;
  readonly elements: ReadonlyMap<string, ElementSubset>;
  readonly typeFilters: readonly TypeFilter[];
  /** Ids of the patients that are asked for; `undefined` for all. */
  readonly patients: readonly string[] | undefined;
  /** `lenient`: what is not understood is passed over, with a complaint. */
  readonly handling: "strict" | "lenient";
  /** What was passed over, where the caller is lenient: told in the manifest's `error`. */
  readonly complaints: readonly string[];
  /** What is understood otherwise than it was written: told there, too. */
  readonly notices: readonly string[];
}

export interface KickOff {
  readonly level: ExportLevel;
  /** Of the query, or of a Parameters body: names as they are written, values as texts. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** `lenient`: what is not understood is passed over, with a complaint. */
  readonly handling: "strict" | "lenient";
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface ExportParameter {
  readonly name: string;
  readonly type: string;
  readonly repeats: boolean;
  readonly levels: readonly ExportLevel["kind"][];
}

const ALL_LEVELS = ["system", "patient", "group"] as const;

const FORMATS: ReadonlyMap<string, ExportFormat> = new Map([
  ["application/fhir+ndjson", "ndjson"],
  ["application/ndjson", "ndjson"],
  ["ndjson", "ndjson"],
  ["text/csv", "csv"],
  ["csv", "csv"],
  ["application/vnd.apache.parquet", "parquet"],
  ["parquet", "parquet"],
]);

/** What a kick-off takes (Bulk Data Access §Query Parameters), as an OperationDefinition tells it. */
export const EXPORT_PARAMETERS = [
  { name: "_outputFormat", type: "string", repeats: false, levels: ALL_LEVELS },
  { name: "_since", type: "instant", repeats: false, levels: ALL_LEVELS },
  { name: "_until", type: "instant", repeats: false, levels: ALL_LEVELS },
  { name: "_type", type: "string", repeats: true, levels: ALL_LEVELS },
  { name: "_elements", type: "string", repeats: true, levels: ALL_LEVELS },
  { name: "_typeFilter", type: "string", repeats: true, levels: ALL_LEVELS },
  { name: "patient", type: "Reference", repeats: true, levels: ["patient", "group"] },
] as const satisfies readonly ExportParameter[];

/** Known to the specification, and not served: a client that needs them is told. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["organizeOutputBy", "organizeOutputBy is not served."],
  ["allowPartialManifests", "allowPartialManifests is not served."],
  ["includeAssociatedData", "includeAssociatedData is not served: there are no such data."],
]);

/** Throws `parameter-invalid`, `parameter-unknown` or `parameter-repeated`, naming the parameter. */
export function readExportRequest(kickOff: KickOff): ExportRequest {
  const reader = new KickOffReader(kickOff);
  for (const [name, value] of kickOff.parameters) reader.read(name, value);
  return reader.request();
}

class KickOffReader {
  readonly #kickOff: KickOff;
  readonly #seen = new Set<string>();
  readonly #complaints: string[] = [];
  readonly #types = new Set<string>();
  readonly #elements: string[] = [];
  readonly #typeFilters: TypeFilter[] = [];
  readonly #patients = new Set<string>();
  #format: ExportFormat = "ndjson";
  #since: number | undefined;
  #until: number | undefined;

  constructor(kickOff: KickOff) {
    this.#kickOff = kickOff;
  }

  read(name: string, value: string): void {
    this.#attempt(() => this.#readOne(name, value));
  }

  request(): ExportRequest {
    const until = this.#attempt(() => this.#untilAfterSince());
    const elements = this.#attempt(() => this.#subsets()) ?? new Map();
    return {
      level: this.#kickOff.level,
      format: this.#format,
      since: this.#since,
      until,
      types: this.#types.size === 0 ? undefined : [...this.#types],
      elements,
      typeFilters: this.#typeFilters,
      patients: this.#patients.size === 0 ? undefined : [...this.#patients],
      handling: this.#kickOff.handling,
      complaints: this.#complaints,
      notices: [],
    };
  }

  /** What a lenient client asked for in vain is passed over (`undefined`), with a complaint. */
  #attempt<Value>(step: () => Value): Value | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof EdgeError) || this.#kickOff.handling === "strict") throw error;
      this.#complaints.push(complaintOf(error));
      return undefined;
    }
  }

  #readOne(name: string, value: string): void {
    const known = EXPORT_PARAMETERS.find((one) => one.name === name);
    if (known === undefined) throw unknown(name);
    if (!known.repeats) this.#once(name);
    switch (known.name) {
      case "_outputFormat":
        this.#format = formatOf(value);
        return;
      case "_since":
        this.#since = this.#instant(name, value);
        return;
      case "_until":
        this.#until = this.#instant(name, value);
        return;
      case "_type":
        for (const type of listOf(name, value)) this.#addType(type);
        return;
      case "_elements":
        this.#elements.push(...listOf(name, value));
        return;
      case "_typeFilter":
        for (const filter of value.split(/,(?=[A-Z][A-Za-z]*\?)/)) this.#typeFilters.push(filterOf(filter));
        return;
      case "patient":
        this.#addPatients(value);
    }
  }

  #once(name: string): void {
    if (this.#seen.has(name)) {
      throw new EdgeError("parameter-repeated", `${name} may stand only once.`, { parameter: name });
    }
    this.#seen.add(name);
  }

  #instant(name: string, value: string): number {
    const instant = parseInstant(value);
    if (instant === undefined) throw invalid(name, "is a date, or a date and a time with its zone");
    if (instant > this.#kickOff.now) throw invalid(name, "does not lie in the future");
    return instant;
  }

  #untilAfterSince(): number | undefined {
    if (this.#since !== undefined && this.#until !== undefined && this.#until <= this.#since) {
      throw invalid("_until", "lies after _since");
    }
    return this.#until;
  }

  #addType(type: string): void {
    if (!isResourceType(type)) throw invalid("_type", "names resource types of FHIR R4");
    this.#types.add(type);
  }

  #addPatients(value: string): void {
    if (this.#kickOff.level.kind === "system") {
      throw invalid("patient", "goes with an export of Patient or of a Group");
    }
    for (const reference of listOf("patient", value)) {
      const [, id = ""] = /^(?:Patient\/)?([^/]+)$/.exec(reference) ?? [];
      if (!isFhirId(id)) throw invalid("patient", "is Patient/ and an id");
      this.#patients.add(id);
    }
  }

  /** `_elements` names elements of one type (`Patient.gender`), or of all that are exported (`status`). */
  #subsets(): ReadonlyMap<string, ElementSubset> {
    const byType = new Map<string, string[]>();
    for (const name of this.#elements) {
      const [, type = "*", element = ""] = /^(?:([A-Z][A-Za-z]*)\.)?([a-z][A-Za-z]*)$/.exec(name) ?? [];
      if (element === "" || (type !== "*" && !isResourceType(type))) throw elementsInvalid();
      byType.set(type, [...(byType.get(type) ?? []), element]);
    }
    const subsets = new Map<string, ElementSubset>();
    for (const [type, names] of byType) {
      if (type !== "*") subsets.set(type, parseElements(names.join(","), type));
    }
    const everywhere = byType.get("*") ?? [];
    if (everywhere.length > 0 && this.#types.size === 0) throw elementsInvalid();
    for (const type of everywhere.length > 0 ? this.#types : []) {
      subsets.set(type, parseElements([...everywhere, ...(byType.get(type) ?? [])].join(","), type));
    }
    return subsets;
  }
}

function formatOf(value: string): ExportFormat {
  const format = FORMATS.get(value.trim().toLowerCase().replace(" ", "+"));
  if (format === undefined) {
    throw invalid("_outputFormat", "is application/fhir+ndjson, text/csv or application/vnd.apache.parquet");
  }
  return format;
}

function listOf(name: string, value: string): string[] {
  const items = value.split(",").map((item) => item.trim());
  if (items.includes("")) throw invalid(name, "has an empty item");
  return items;
}

function filterOf(text: string): TypeFilter {
  const [, type = "", search = ""] = /^([A-Z][A-Za-z]*)\?(.+)$/s.exec(text.trim()) ?? [];
  if (!isResourceType(type)) throw invalid("_typeFilter", "is a search: Type?parameter=value");
  return { type, search };
}

function unknown(name: string): EdgeError {
  const names = EXPORT_PARAMETERS.map((one) => one.name);
  const text = REFUSED.get(name) ?? `The export takes ${names.slice(0, -1).join(", ")} and ${names.at(-1)}.`;
  return new EdgeError("parameter-unknown", text, { parameter: shown(name) });
}

/** A value may stand where a name belongs. */
function shown(name: string): string {
  return /^_?[A-Za-z]{1,40}$/.test(name) ? name : "(malformed)";
}

function elementsInvalid(): EdgeError {
  return invalid("_elements", "names elements as Type.element, or as element with _type beside it");
}

function invalid(name: string, what: string): EdgeError {
  return new EdgeError("parameter-invalid", `${name} ${what}.`, { parameter: name });
}
