import type { ElementReport, RunReport } from "@aarohan/deid";

/** A run's report in words: what left, what was withheld, and which elements were dropped most often. */
export function runReportText(report: RunReport, rows = 20): string {
  const { policy, released, withheld, elements } = report;
  const kept = sum(elements, "kept");
  const transformed = sum(elements, "transformed");
  const dropped = sum(elements, "dropped");
  const unknown = sum(elements, "unknown");
  const reasons = Object.entries(withheld).map(([reason, count]) => `${count} (${reason})`);
  const most = elements
    .filter((row) => row.dropped + row.unknown > 0)
    .toSorted((a, b) => b.dropped + b.unknown - a.dropped - a.unknown)
    .slice(0, rows);
  return [
    `policy ${policy.name} ${policy.version} (${policy.hash.slice(0, 12)})`,
    `resources: ${released} released, ${reasons.length === 0 ? "0" : reasons.join(", ")} withheld`,
    `elements: ${kept} kept, ${transformed} transformed, ${dropped} dropped, ${unknown} unknown to FHIR R4 and dropped`,
    ...(most.length === 0 ? [] : ["dropped most often:"]),
    ...most.map((row) => `  ${String(row.dropped + row.unknown).padStart(9)}  ${row.path}`),
    "",
  ].join("\n");
}

/** The same as Markdown, with every element. */
export function runReportMarkdown(report: RunReport): string {
  const rows = report.elements.map(
    ({ path, rule, kept, transformed, dropped, unknown }) =>
      `| ${path.replaceAll("|", "\\|")} | ${rule} | ${kept} | ${transformed} | ${dropped} | ${unknown} |`,
  );
  const withheld = Object.entries(report.withheld).map(([reason, count]) => `${reason}: ${count}`);
  return [
    `# Run of policy ${report.policy.name} ${report.policy.version}`,
    `SHA-256 of the policy: \`${report.policy.hash}\``,
    `Released: ${report.released}. Withheld: ${withheld.length === 0 ? "none" : withheld.join(", ")}.`,
    [
      "| element | rule | kept | transformed | dropped | unknown |",
      "| --- | --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n"),
    "",
  ].join("\n\n");
}

function sum(rows: readonly ElementReport[], name: "kept" | "transformed" | "dropped" | "unknown"): number {
  return rows.reduce((total, row) => total + row[name], 0);
}
