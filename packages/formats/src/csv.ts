import type { AnyResource } from "@aarohan/fhir";
import { encodeChunks } from "./chunks.ts";
import type { Cell, Table } from "./table.ts";

export interface CsvLayout {
  /** False for what goes on in a file that has its header. */
  readonly header: boolean;
}

/** RFC 4180: a header, CRLF, one row per resource. Holds one resource and one chunk. */
export function encodeCsv(
  table: Table,
  resources: Iterable<AnyResource>,
  layout: CsvLayout = { header: true },
): Iterable<Uint8Array> {
  return encodeChunks(rows(table, resources, layout));
}

function* rows(
  { columns }: Table,
  resources: Iterable<AnyResource>,
  { header }: CsvLayout,
): Generator<string> {
  if (header) yield `${columns.map((column) => csvField(column.name)).join(",")}\r\n`;
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
