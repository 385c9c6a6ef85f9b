import type { CsvTable } from "../table/csv.ts";
import { auditWords } from "./words.ts";

/** When, who, what and what came of it, then how much, then by what it is found elsewhere; columns that come later follow. */
const ORDER = [
  "recorded",
  "subject",
  "role",
  "interaction",
  "resource_type",
  "outcome",
  "outcome_desc",
  "resources",
  "withheld",
  "parameters",
  "method",
  "client",
  "bytes",
  "file",
  "policy",
  "patients",
  "closes",
  "type",
  "issuer",
  "id",
];

/** The columns of the trail's CSV in the order in which they are read, and the outcome in words. */
export function readableTrail({ columns, rows }: CsvTable): CsvTable {
  const places = columns.map((_, place) => place).toSorted((a, b) => rank(columns[a]) - rank(columns[b]));
  const outcome = columns.indexOf("outcome");
  return {
    columns: places.map((place) => columns[place] ?? ""),
    rows: rows.map((row) =>
      places.map((place) => {
        const cell = row[place] ?? "";
        return place === outcome ? outcomeText(cell) : cell;
      }),
    ),
  };
}

function rank(column = ""): number {
  const place = ORDER.indexOf(column);
  return place < 0 ? ORDER.length : place;
}

/** Of a column that has no words, its own name. */
export function columnText(column: string): string {
  const names: Readonly<Record<string, string>> = auditWords().columns;
  return names[column] ?? column;
}

/** Outcomes of FHIR R4 AuditEvent. */
function outcomeText(code: string): string {
  const words = auditWords();
  return { "0": words.success, "4": words.refused, "8": words.failed }[code] ?? code;
}
