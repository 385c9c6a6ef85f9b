import { malformedError } from "../gateway/gateway-error.ts";

/** A column of a type's table, as the gateway describes it (W3C CSV on the Web). */
export interface DictionaryColumn {
  readonly name: string;
  readonly datatype: string;
  readonly description: string;
  /** FHIR path that it comes from. */
  readonly source: string;
  /** Code system of its values; "" where it has none. */
  readonly codeSystem: string;
}

/** Throws GatewayError. */
export function readDictionary(document: unknown): DictionaryColumn[] {
  const { tableSchema } = Object(document);
  const { columns } = Object(tableSchema);
  if (!Array.isArray(columns)) throw malformedError("a dictionary without columns");
  return columns.map((column) => ({
    name: memberOf(column, "name"),
    datatype: memberOf(column, "datatype"),
    description: memberOf(column, "dc:description"),
    source: memberOf(column, "dc:source"),
    codeSystem: memberOf(column, "dc:conformsTo"),
  }));
}

function memberOf(column: unknown, name: string): string {
  const value: unknown = Object(column)[name];
  return typeof value === "string" ? value : "";
}

/** Columns in which the words stand, in any order, in name, description, source or code system. */
export function columnsWith(columns: readonly DictionaryColumn[], words: string): DictionaryColumn[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return columns.filter((column) => {
    const text = Object.values(column).join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
