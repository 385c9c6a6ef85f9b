import { hasFindings, verdict } from "./verdict.ts";
import type { VerificationReport } from "./verifier.ts";

const STYLE = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}
caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent);overflow-wrap:anywhere}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
.verdict{border-left:.3rem solid;padding-left:1rem}`;

/** The report as a page of its own: no script, nothing loaded. */
export function reportHtml(report: VerificationReport): string {
  const { resources, validity, findings, classes, linkage } = report;
  const title = hasFindings(report) ? "Verification: findings" : "Verification: nothing found";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body><main>
<h1>${title}</h1>
<div class="verdict">${verdict(report)
    .map((sentence) => `<p>${escapeHtml(sentence)}</p>`)
    .join("")}</div>
${table("Resources", ["type", "#number"], Object.entries(resources))}
${table(
  "Findings",
  ["kind", "severity", "element", "#number", "first at"],
  findings.map(({ kind, severity, path, count, first }) => [kind, severity, path, count, first]),
)}
${table(
  "Structure of FHIR R4",
  ["problem", "element", "#number"],
  validity.issues.map(({ code, path, count }) => [code, path, count]),
)}
${table(
  "Patients who look alike",
  ["measure", "#number"],
  [
    ["patients", classes.patients],
    ["classes", classes.classes],
    ["smallest class", classes.smallest],
    [`classes of fewer than ${classes.k}`, classes.classesBelow],
    ["patients in them", classes.patientsBelow],
  ],
)}
${linkage === undefined ? "" : table("Known people by their candidates", ["candidates", "#people"], Object.entries(linkage.candidates))}
</main></body></html>
`;
}

/** A column whose name begins with # holds numbers. */
function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  if (rows.length === 0) return "";
  const numeric = columns.map((name) => name.startsWith("#"));
  const kind = (index: number) => (numeric[index] === true ? ' class="number"' : "");
  const head = columns.map(
    (name, index) => `<th scope="col"${kind(index)}>${escapeHtml(name.replace("#", ""))}</th>`,
  );
  const body = rows.map(
    (row) =>
      `<tr>${row.map((cell, index) => `<td${kind(index)}>${escapeHtml(String(cell))}</td>`).join("")}</tr>`,
  );
  return `<table><caption>${escapeHtml(caption)}</caption><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
