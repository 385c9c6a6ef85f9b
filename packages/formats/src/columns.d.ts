import type { AnyResource, Json } from "@aarohan/fhir";
import type { Cell, CellDatatype, Column } from "./table.ts";
/** Builders of columns that many tables have. Names are snake_case, so that they are good names in pandas and R. */
export declare function column(
  name: string,
  datatype: CellDatatype,
  path: string,
  description: string,
  read?: (resource: AnyResource) => Cell,
): Column;
/** An element whose values are codes of one code system. */
export declare function codeColumn(
  name: string,
  codeSystem: string,
  path: string,
  description: string,
): Column;
export declare function idColumns(type: string): Column[];
/** Id of the resource that a reference names. */
export declare function referenceColumn(name: string, path: string, description: string): Column;
/** A CodeableConcept or a list of them: code, system and display of the first coding of the first. */
export declare function conceptColumns(name: string, path: string, description: string): Column[];
/** Start or single date of a choice of dateTime, instant and Period. */
export declare function dateColumn(name: string, path: string, description: string): Column;
/** All values of a repeated element, each read by `read`. */
export declare function listColumn(
  name: string,
  path: string,
  description: string,
  read: (element: Json) => string | undefined,
): Column;
/** Ages of a birth cohort, from the age-range extension on a resource or an answer. */
export declare function ageRangeOf(owner: Json | undefined):
  | {
      readonly low: Cell;
      readonly high: Cell;
    }
  | undefined;
