import type { AnyResource } from "@aarohan/fhir";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { parquetSchema } from "./parquet-types.ts";
import { RowGroup } from "./row-group.ts";
import type { Table } from "./table.ts";

/**
 * The table of the resources as an Apache Parquet file. Every column is nullable; integers are INT32, decimals DOUBLE,
 * booleans BOOLEAN, and everything else is UTF-8 text, dates too. What is missing is null, and so is what is not of
 * its column's type. The same resources give the same bytes; there is no metadata of ours in them.
 */
export function* encodeParquet(table: Table, resources: Iterable<AnyResource>): Generator<Uint8Array> {
  const encoder = new ParquetEncoder(table);
  yield* encoder.add(resources);
  yield* encoder.finish();
}

/**
 * As `encodeParquet`, of resources that come one after the other. Holds one row group: at most 50,000 rows, and about
 * 8 MiB of cells and those of one resource more; then its bytes as they are encoded, which are one chunk. The footer takes
 * about 100 bytes per column and row group.
 */
export class ParquetEncoder {
  readonly #writer = new ByteWriter();
  readonly #file: ParquetWriter;
  readonly #group: RowGroup;

  constructor(table: Table) {
    this.#file = new ParquetWriter({ writer: this.#writer, schema: parquetSchema(table) });
    this.#group = new RowGroup(table);
  }

  *add(resources: Iterable<AnyResource>): Generator<Uint8Array> {
    for (const resource of resources) {
      this.#group.add(resource);
      if (this.#group.isFull) yield this.#encodeGroup();
    }
  }

  *finish(): Generator<Uint8Array> {
    if (this.#group.rows > 0) yield this.#encodeGroup();
    this.#file.finish();
    yield this.#taken();
  }

  #encodeGroup(): Uint8Array {
    const { columns, rows } = this.#group;
    this.#file.write({ columnData: columns.map(({ name, data }) => ({ name, data })), rowGroupSize: rows });
    this.#group.clear();
    return this.#taken();
  }

  /** What was written since the last time; the writer goes on counting from the file's begin. */
  #taken(): Uint8Array {
    const bytes = new Uint8Array(this.#writer.getBuffer());
    this.#writer.index = 0;
    return bytes;
  }
}
