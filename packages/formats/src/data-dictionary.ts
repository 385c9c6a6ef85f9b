import type { JsonObject } from "@aarohan/fhir";
import type { Table } from "./table.ts";

/**
 * The table's columns as CSV on the Web metadata (W3C tabular-metadata), for the CSV at `url`. `dc:source` is
 * where a column comes from, `dc:conformsTo` the code system of its values.
 */
export function dataDictionary(table: Table, url: string): JsonObject {
  return {
    "@context": "http://www.w3.org/ns/csvw",
    url,
    "dc:title": table.name,
    dialect: { header: true, encoding: "utf-8", lineTerminators: ["\r\n"] },
    tableSchema: {
      columns: table.columns.map(({ name, datatype, description, path, codeSystem }) => ({
        name,
        titles: name,
        datatype,
        "dc:description": description,
        "dc:source": path,
        ...(codeSystem === undefined ? {} : { "dc:conformsTo": codeSystem }),
      })),
    },
  };
}
