import type { RunReport } from "@aarohan/deid";
import { readArguments } from "./arguments.ts";
import { type CommandIo, EXIT, UsageError } from "./command-io.ts";
import { readJsonFile } from "./policy-argument.ts";
import { runReportMarkdown, runReportText } from "./run-report-text.ts";

export const REPORT_HELP = `aarohan report FILE [--format text|markdown]

Prints a report that anonymize --report has written.
`;

export async function runReport(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, { format: { type: "string", default: "text" } });
  const [file] = positionals;
  if (file === undefined) throw new UsageError("report needs the file that anonymize --report has written");
  const report = await readJsonFile(file);
  if (!isRunReport(report)) throw new UsageError(`${file}: is no report of anonymize`);
  if (values.format !== "text" && values.format !== "markdown")
    throw new UsageError("--format is text or markdown");
  await io.stdout.write(values.format === "text" ? runReportText(report, 1000) : runReportMarkdown(report));
  return EXIT.ok;
}

function isRunReport(value: unknown): value is RunReport {
  return (
    typeof value === "object" &&
    value !== null &&
    "policy" in value &&
    "released" in value &&
    "withheld" in value &&
    "elements" in value &&
    Array.isArray(value.elements)
  );
}
