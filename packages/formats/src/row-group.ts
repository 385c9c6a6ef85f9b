import type { AnyResource } from "@aarohan/fhir";
import { type ParquetValue, parquetType } from "./parquet-types.ts";
import type { Column, Table } from "./table.ts";

const MAXIMUM_ROWS = 50_000;
const MAXIMUM_BYTES = 8 * 1024 * 1024;
/** A slot in an array. */
const CELL_BYTES = 8;
/** JavaScript keeps text in one or two bytes a character: counted as two. */
const CHARACTER_BYTES = 2;

/** The values of a column, one per row. */
interface ColumnValues {
  readonly name: string;
  readonly data: ParquetValue[];
  readonly read: (resource: AnyResource) => ParquetValue;
}

/** Rows of a table column by column: full when they are 50,000 or hold about 8 MiB. */
export class RowGroup {
  readonly columns: readonly ColumnValues[];
  #rows = 0;
  #bytes = 0;

  constructor({ columns }: Table) {
    this.columns = columns.map((column) => ({ name: column.name, data: [], read: valueReader(column) }));
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows >= MAXIMUM_ROWS || this.#bytes >= MAXIMUM_BYTES;
  }

  add(resource: AnyResource): void {
    this.#rows += 1;
    for (const { data, read } of this.columns) {
      const value = read(resource);
      data.push(value);
      this.#bytes += CELL_BYTES + (typeof value === "string" ? value.length * CHARACTER_BYTES : 0);
    }
  }

  clear(): void {
    for (const { data } of this.columns) data.length = 0;
    this.#rows = 0;
    this.#bytes = 0;
  }
}

function valueReader({ datatype, read }: Column): (resource: AnyResource) => ParquetValue {
  const { toValue } = parquetType(datatype);
  return (resource) => toValue(read(resource));
}
