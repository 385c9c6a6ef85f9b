import { EdgeError } from "@aarohan/contract";
import { type ElementSubset, isElement, isFhirId, isResourceType, parseElements } from "@aarohan/fhir";
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
  readonly #elements = new Set<string>();
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
    return {
      level: this.#kickOff.level,
      format: this.#format,
      since: this.#since,
      until,
      types: this.#chosen("_type", this.#types),
      elements: this.#subsets(),
      typeFilters: this.#typeFilters,
      patients: this.#chosen("patient", this.#patients),
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
      if (!(error instanceof EdgeError)) throw error;
      this.#passOver(error);
      return undefined;
    }
  }

  #passOver(error: EdgeError): void {
    if (this.#kickOff.handling === "strict") throw error;
    this.#complaints.push(complaintOf(error));
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
        for (const type of this.#understood(name, itemsOf(value), typeOf, "names resource types of FHIR R4"))
          this.#types.add(type);
        return;
      case "_elements":
        for (const element of itemsOf(value)) this.#elements.add(element);
        return;
      case "_typeFilter": {
        const filters = value.split(/,(?=[A-Z][A-Za-z]*\?)/);
        const what = "is a search: Type?parameter=value";
        this.#typeFilters.push(...this.#understood(name, filters, filterOf, what));
        return;
      }
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

  /** What of a list can be read. A lenient client is told how much of it cannot: the rest of it holds. */
  #understood<Item>(
    name: string,
    items: readonly string[],
    read: (item: string) => Item | undefined,
    what: string,
  ): Item[] {
    this.#seen.add(name);
    const understood = items.map(read).filter((item) => item !== undefined);
    if (understood.length < items.length) {
      this.#passOver(invalid(name, `${what}: ${fractionOf(items.length - understood.length, items.length)}`));
    }
    return understood;
  }

  /** `undefined` where it was not asked for. A choice of which nothing is left does not become everything. */
  #chosen(name: string, left: ReadonlySet<string>): string[] | undefined {
    if (left.size > 0) return [...left];
    if (this.#seen.has(name)) throw invalid(name, "leaves nothing to export");
    return undefined;
  }

  #addPatients(value: string): void {
    if (this.#kickOff.level.kind === "system") {
      throw invalid("patient", "goes with an export of Patient or of a Group");
    }
    for (const id of this.#understood("patient", itemsOf(value), patientIdOf, "is Patient/ and an id"))
      this.#patients.add(id);
  }

  /** `_elements` names elements of one type (`Patient.gender`), or of all that are exported (`status`). */
  #subsets(): ReadonlyMap<string, ElementSubset> {
    const byType = new Map<string, string[]>();
    let passedOver = 0;
    for (const name of this.#elements) {
      const [, own, element = ""] = /^(?:([A-Z][A-Za-z]*)\.)?([a-z][A-Za-z]*)$/.exec(name) ?? [];
      const types = own === undefined ? [...this.#types] : [own];
      const having = types.filter((type) => isElement(element, type));
      for (const type of having) byType.set(type, [...(byType.get(type) ?? []), element]);
      if (having.length < types.length || types.length === 0) passedOver += 1;
    }
    if (passedOver > 0) {
      const what = "names top-level elements as Type.element, or as element with _type beside it";
      this.#passOver(invalid("_elements", `${what}: ${fractionOf(passedOver, this.#elements.size)}`));
    }
    return new Map([...byType].map(([type, names]) => [type, parseElements(names.join(","), type)]));
  }
}

function formatOf(value: string): ExportFormat {
  const format = FORMATS.get(value.trim().toLowerCase().replace(" ", "+"));
  if (format === undefined) {
    throw invalid("_outputFormat", "is application/fhir+ndjson, text/csv or application/vnd.apache.parquet");
  }
  return format;
}

function itemsOf(value: string): string[] {
  return value.split(",").map((item) => item.trim());
}

function typeOf(name: string): string | undefined {
  return isResourceType(name) ? name : undefined;
}

function patientIdOf(reference: string): string | undefined {
  const [, id = ""] = /^(?:Patient\/)?([^/]+)$/.exec(reference) ?? [];
  return isFhirId(id) ? id : undefined;
}

function filterOf(text: string): TypeFilter | undefined {
  const [, type = "", search = ""] = /^([A-Z][A-Za-z]*)\?(.+)$/s.exec(text.trim()) ?? [];
  return isResourceType(type) ? { type, search } : undefined;
}

/** How many of a list are not what they should be: their values are not said again. */
function fractionOf(passedOver: number, all: number): string {
  return `${passedOver} of ${all} ${passedOver === 1 ? "is" : "are"} none`;
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

function invalid(name: string, what: string): EdgeError {
  return new EdgeError("parameter-invalid", `${name} ${what}.`, { parameter: name });
}
