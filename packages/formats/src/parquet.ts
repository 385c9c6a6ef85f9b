import type { AnyResource } from "@aarohan/fhir";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { parquetSchema } from "./parquet-types.ts";
import { RowGroup } from "./row-group.ts";
import type { Table } from "./table.ts";

/**
 * The table of the resources as an Apache Parquet file. Every column is nullable; integers are INT32, decimals DOUBLE,
 * booleans BOOLEAN, and everything else is UTF-8 text, dates too. What is missing is null, and so is what is not of
 * its column's type. The same resources give the same bytes; there is no metadata of ours in them.
 *
 * Holds one row group: at most 50,000 rows, and about 8 MiB of cells and those of one resource more; then its bytes as
 * they are encoded, which are one chunk. The footer takes about 100 bytes per column and row group.
 */
export function* encodeParquet(table: Table, resources: Iterable<AnyResource>): Generator<Uint8Array> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: parquetSchema(table) });
  const group = new RowGroup(table);
  for (const resource of resources) {
    group.add(resource);
    if (group.isFull) yield encodeGroup(file, group, writer);
  }
  if (group.rows > 0) yield encodeGroup(file, group, writer);
  file.finish();
  yield taken(writer);
}

function encodeGroup(file: ParquetWriter, group: RowGroup, writer: ByteWriter): Uint8Array {
  file.write({
    columnData: group.columns.map(({ name, data }) => ({ name, data })),
    rowGroupSize: group.rows,
  });
  group.clear();
  return taken(writer);
}

/** What was written since the last time; the writer goes on counting from the file's begin. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = new Uint8Array(writer.getBuffer());
  writer.index = 0;
  return bytes;
}
