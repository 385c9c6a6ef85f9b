import type { Json } from "@aarohan/fhir";
import type { Cell, CellDatatype, Column } from "./table.ts";

/** Columns of MeasureReports: a row for each number of a report, as @aarohan/measures makes them. */
export const MEASURE_REPORT_COLUMNS: readonly Column[] = [
  of(
    "measure",
    "string",
    "measure",
    "MeasureReport.measure",
    "Canonical URL of the Measure, with its version.",
  ),
  of("period_start", "date", "periodStart", "MeasureReport.period.start", "First day that is counted."),
  of("period_end", "date", "periodEnd", "MeasureReport.period.end", "Last day that is counted."),
  of("state", "string", "state", "MeasureReport.group.code", "State; empty where all are counted together."),
  of(
    "district",
    "string",
    "district",
    "MeasureReport.group.code",
    "District; empty where all of the state are counted together.",
  ),
  of(
    "stratifier",
    "string",
    "stratifier",
    "MeasureReport.group.stratifier.code",
    "What the group is split by; empty for the whole group.",
  ),
  of("stratum", "string", "stratum", "MeasureReport.group.stratifier.stratum.value", "Its value."),
  of(
    "population",
    "string",
    "population",
    "MeasureReport.group.population.code",
    "What the value counts: a population, the score, or a category of the Measure.",
  ),
  of(
    "value",
    "decimal",
    "value",
    "MeasureReport.group.population.count",
    "Number of persons, or the score; empty where it is suppressed.",
  ),
  of(
    "suppressed",
    "boolean",
    "suppressed",
    "MeasureReport.group.population.count.extension",
    "True where the value is not told, because it, or one that could be computed from it, is small.",
  ),
];

function of(name: string, datatype: CellDatatype, field: string, path: string, description: string): Column {
  return { name, datatype, description, path, read: (row) => cellOf(row[field]) };
}

function cellOf(value: Json | undefined): Cell {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : undefined;
}
