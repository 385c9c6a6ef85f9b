import type { IndicatorRow, IndicatorRows } from "./indicator-rows.ts";

/** As the gateway writes MeasureReports with `_format=csv`. */
const COLUMNS =
  "measure,period_start,period_end,state,district,stratifier,stratum,population,value,suppressed";

/** The rows as the gateway's own CSV has them: a line for each number; what is not told is empty, and flagged. RFC 4180. */
export function rowsCsv(reports: readonly IndicatorRows[]): string {
  const lines = reports.flatMap((report) => report.rows.flatMap((row) => linesOf(report, row)));
  return [COLUMNS, ...lines, ""].join("\r\n");
}

function linesOf({ canonical, period }: IndicatorRows, row: IndicatorRow): string[] {
  const { state, district, stratifier, stratum, category, cells } = row;
  const place = [state?.name ?? "", district?.name ?? ""];
  const start = [canonical, period.start, period.end, ...place, stratifier ?? "", stratum ?? ""];
  return Object.entries(cells).map(([code, { value }]) => {
    const told = value === "suppressed" ? ["", "true"] : [String(value), "false"];
    return [...start, category ?? code, ...told].map(field).join(",");
  });
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
