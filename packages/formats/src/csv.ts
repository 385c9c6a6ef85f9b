import type { AnyResource } from "@aarohan/fhir";
import { encodeChunks } from "./chunks.ts";

export type Cell = string | number | boolean | undefined;

/** XSD data types that a column can have (CSVW §6.4). */
export type CellDatatype = "string" | "integer" | "decimal" | "boolean" | "date" | "dateTime";

/** A declared column: it is there whatever the data hold. */
export interface CsvColumn {
  readonly name: string;
  readonly datatype: CellDatatype;
  /** One sentence for the data dictionary. */
  readonly description: string;
  /** Where it comes from (FHIRPath). */
  readonly path: string;
  /** Canonical URL of the code system, where all values are codes of one. */
  readonly codeSystem?: string;
  readonly read: (resource: AnyResource) => Cell;
}

export interface CsvTable {
  readonly name: string;
  readonly columns: readonly CsvColumn[];
}

/** RFC 4180: header always, CRLF, one row per resource. Holds one resource and one chunk. */
export function encodeCsv(table: CsvTable, resources: Iterable<AnyResource>): Iterable<Uint8Array> {
  return encodeChunks(rows(table, resources));
}

function* rows({ columns }: CsvTable, resources: Iterable<AnyResource>): Generator<string> {
  yield `${columns.map((column) => csvField(column.name)).join(",")}\r\n`;
  for (const resource of resources) {
    yield `${columns.map((column) => csvField(column.read(resource))).join(",")}\r\n`;
  }
}

/**
 * One field. Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers. A
 * missing value is an empty field.
 */
export function csvField(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell !== "string") return String(cell);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
