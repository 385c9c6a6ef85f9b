export { type BundleHead, type BundleItem, encodeBundle, encodeNdjson, encodeResource } from "./bundle.ts";
export { type CsvTable, encodeCsv } from "./csv.ts";
export { dataDictionary } from "./data-dictionary.ts";
export type { AnswerColumn } from "./questionnaire-response-table.ts";
export { type Audience, csvTable } from "./tables.ts";
