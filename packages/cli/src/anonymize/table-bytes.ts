import { closeSync, openSync, readSync } from "node:fs";
import { type AnyResource, parseResource } from "@aarohan/fhir";
import { type AnswerColumn, type Audience, encodeCsv, encodeParquet, tableOf } from "@aarohan/formats";

export type TableFormat = "csv" | "parquet";

/** The table of one type, from a file of its resources, one a line. Holds one line and what the format holds. */
export function tableBytes(
  format: TableFormat,
  resourceType: string,
  file: string,
  options: { readonly audience: Audience; readonly answers: readonly AnswerColumn[] },
): Iterable<Uint8Array> {
  const table = tableOf(resourceType, options);
  const resources = resourcesOf(file);
  return format === "csv" ? encodeCsv(table, resources) : encodeParquet(table, resources);
}

/** Synchronously, as the writers of tables read. */
function* resourcesOf(file: string): Generator<AnyResource> {
  const descriptor = openSync(file, "r");
  const buffer = new Uint8Array(256 * 1024);
  let rest = new Uint8Array();
  try {
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      const bytes = new Uint8Array(rest.length + read);
      bytes.set(rest);
      bytes.set(buffer.subarray(0, read), rest.length);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield parseResource(bytes, { start, end });
        start = end + 1;
      }
      rest = bytes.slice(start);
    }
  } finally {
    closeSync(descriptor);
  }
}
