import type { AnyResource } from "@aarohan/fhir";
export type Cell = string | number | boolean | undefined;
/** XSD data types that a column can have (CSVW §6.4). */
export type CellDatatype = "string" | "integer" | "decimal" | "boolean" | "date" | "dateTime";
/** A declared column: it is there whatever the data hold. */
export interface Column {
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
/** One row per resource: as CSV or as Parquet, with the same columns in the same order. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}
