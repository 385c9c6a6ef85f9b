import type { Json } from "@aarohan/fhir";
import { cellOf, readerOf, referenceId } from "./read-element.ts";
import type { Cell, CellDatatype } from "./table.ts";

/** What of a FHIR data type gets a column. */
export interface DataTypePart {
  /** Below the element, as in FHIRPath: `["coding", "code"]`; `[]` for the element itself. */
  readonly path: readonly string[];
  /** Added to the column's name; `undefined` for a type that has one value. */
  readonly suffix: string | undefined;
  readonly datatype: CellDatatype;
  /** For the data dictionary: `code of the first coding`. */
  readonly description: string;
  readonly read: (element: Json) => Cell;
}

/** A date of R4 may be partial (`2025-03`), which no XSD date is: so they are strings (FHIR R4 §2.24.0.1). */
const STRINGS = [
  ...["code", "id", "string", "markdown", "base64Binary"],
  ...["uri", "url", "canonical", "oid", "uuid"],
  ...["date", "dateTime", "time"],
];

const CODEABLE_CONCEPT = [
  part("coding.code", "code", "string", "code of the first coding"),
  part("coding.system", "system", "string", "code system of the first coding"),
  part("coding.display", "display", "string", "first coding in words"),
];
const CODING = [
  part("code", "code", "string", "code"),
  part("system", "system", "string", "code system"),
  part("display", "display", "string", "code in words"),
];
const PERIOD = [part("start", "start", "string", "begin"), part("end", "end", "string", "end")];
const QUANTITY = [
  part("value", "value", "decimal", "number"),
  part("code", "unit", "string", "code of the unit"),
];
const REFERENCE = [{ ...part("reference", "id", "string", "id of what it names"), read: referenceId }];

const PARTS = new Map<string, readonly DataTypePart[]>([
  ["boolean", value("boolean")],
  ...["integer", "positiveInt", "unsignedInt"].map((type) => [type, value("integer")] as const),
  ["decimal", value("decimal")],
  ["instant", value("dateTime")],
  ...STRINGS.map((type) => [type, value("string")] as const),
  ["CodeableConcept", CODEABLE_CONCEPT],
  ["Coding", CODING],
  ["Period", PERIOD],
  ["Quantity", QUANTITY],
  ["Age", QUANTITY],
  ["Count", QUANTITY],
  ["Distance", QUANTITY],
  ["Duration", QUANTITY],
  ["Reference", REFERENCE],
]);

/** Parts of a data type; none for backbone elements and for types that have no place in a row. */
export function partsOf(dataType: string): readonly DataTypePart[] {
  return PARTS.get(dataType) ?? [];
}

function part(path: string, suffix: string, datatype: CellDatatype, description: string): DataTypePart {
  const steps = path.split(".");
  const element = readerOf(steps);
  return { path: steps, suffix, datatype, description, read: (value) => cellOf(element(value)) };
}

/** The only part of a primitive: itself. */
function value(datatype: CellDatatype): readonly DataTypePart[] {
  return [{ path: [], suffix: undefined, datatype, description: "value", read: cellOf }];
}
