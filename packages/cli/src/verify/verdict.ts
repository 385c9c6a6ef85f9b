import type { VerificationReport } from "./verifier.ts";

/** True where something in the file may tell who somebody is, or it is not what it says. */
export function hasFindings({ findings, badLines, validity, classes }: VerificationReport): boolean {
  return (
    findings.some(({ severity }) => severity === "identifies") ||
    badLines > 0 ||
    validity.invalidResources > 0 ||
    classes.patientsBelow > 0
  );
}

/** The result in words, and what no tool can know. */
export function verdict(report: VerificationReport): readonly string[] {
  const grave = report.findings.filter(({ severity }) => severity === "identifies");
  const { classes, validity, badLines } = report;
  return [
    grave.length === 0
      ? "No field and no pattern was found that tells who somebody is."
      : `${grave.reduce((sum, { count }) => sum + count, 0)} values at ${grave.length} places may tell who somebody is.`,
    validity.invalidResources === 0
      ? "All resources have the structure of FHIR R4."
      : `${validity.invalidResources} resources do not have the structure of FHIR R4.`,
    ...(badLines === 0 ? [] : [`${badLines} lines could not be read, and were not looked at.`]),
    ...(classes.patients === 0
      ? []
      : [
          classes.patientsBelow === 0
            ? `Every patient looks like at least ${classes.smallest - 1} others.`
            : `${classes.patientsBelow} of ${classes.patients} patients look like fewer than ${classes.k - 1} others.`,
        ]),
    "A name without its field, in a code or a picture, is not recognised; nor is what somebody knows beside the file.",
  ];
}
