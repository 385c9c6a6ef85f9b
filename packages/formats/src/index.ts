export { type BundleHead, type BundleItem, encodeBundle, encodeNdjson, encodeResource } from "./bundle.ts";
export { encodeCsv } from "./csv.ts";
export { dataDictionary } from "./data-dictionary.ts";
export type { Audience } from "./derived-columns.ts";
export { encodeParquet, ParquetEncoder } from "./parquet.ts";
export type { AnswerColumn } from "./questionnaire-response-table.ts";
export type { Cell, CellDatatype, Column, Table } from "./table.ts";
export { type TableOptions, tableOf } from "./tables.ts";
