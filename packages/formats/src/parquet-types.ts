import type { SchemaElement } from "hyparquet-writer";
import type { Cell, CellDatatype, Table } from "./table.ts";

/** A value as Parquet stores it; a missing one is `null`. */
export type ParquetValue = string | number | boolean | null;

interface ParquetType {
  readonly schema: Omit<SchemaElement, "name">;
  /** The cell as a value of the type; `null` where it is none, since data from outside may hold anything. */
  readonly toValue: (cell: Cell) => ParquetValue;
}

// A date may be partial (FHIR R4 §2.24.0.1), which no date type of Parquet can hold.
const TEXT: ParquetType = {
  schema: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  toValue: (cell) => (cell === undefined ? null : String(cell)),
};

const TYPES: Readonly<Record<CellDatatype, ParquetType>> = {
  string: TEXT,
  date: TEXT,
  dateTime: TEXT,
  boolean: { schema: { type: "BOOLEAN" }, toValue: (cell) => (typeof cell === "boolean" ? cell : null) },
  decimal: { schema: { type: "DOUBLE" }, toValue: (cell) => (typeof cell === "number" ? cell : null) },
  // R4's integers have 32 bits (FHIR R4 §2.24.0.1).
  integer: { schema: { type: "INT32" }, toValue: (cell) => (isInt32(cell) ? cell : null) },
};

export function parquetType(datatype: CellDatatype): ParquetType {
  return TYPES[datatype];
}

/** The schema of a flat table, every column nullable. */
export function parquetSchema({ columns }: Table): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, datatype }) => ({
      ...TYPES[datatype].schema,
      name,
      repetition_type: "OPTIONAL" as const,
    })),
  ];
}

function isInt32(cell: Cell): cell is number {
  return typeof cell === "number" && Number.isInteger(cell) && Math.abs(cell + 0.5) < 2 ** 31;
}
