import { verdict } from "./verdict.ts";
import type { VerificationReport } from "./verifier.ts";

/** The report for a terminal. */
export function reportText(report: VerificationReport): string {
  const { resources, validity, findings, classes, linkage } = report;
  return [
    ...verdict(report),
    "",
    `resources: ${Object.entries(resources)
      .map(([type, count]) => `${count} ${type}`)
      .join(", ")}`,
    ...section(
      "findings:",
      findings.map(
        ({ kind, severity, path, count, first }) =>
          `  ${String(count).padStart(8)}  ${severity === "note" ? "(note) " : ""}${kind}: ${path}, first at ${first}`,
      ),
    ),
    ...section(
      `structure: ${validity.missingRequired} required elements missing`,
      validity.issues
        .slice(0, 20)
        .map(({ code, path, count }) => `  ${String(count).padStart(8)}  ${code}: ${path}`),
    ),
    ...(classes.patients === 0
      ? []
      : [
          `classes of patients who look alike (birth, sex, district, state, month): ${classes.classes}, the smallest of ${classes.smallest}; ${classes.classesBelow} of fewer than ${classes.k}`,
        ]),
    ...(linkage === undefined
      ? []
      : [
          `linkage: of ${linkage.known} known people ${linkage.candidates["1"]} have one candidate, ${linkage.candidates["2-4"]} two to four, ${linkage.candidates["5-10"]} five to ten, ${linkage.candidates.more} more, ${linkage.candidates.none} none; a guess is right for ${(linkage.expectedRate * 100).toFixed(2)} %`,
        ]),
    "",
  ].join("\n");
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}
