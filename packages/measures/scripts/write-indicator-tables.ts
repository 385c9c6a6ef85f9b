/** Writes docs/indicators.md from the Measures. With `--check`, fails where the file differs. */
import { readFileSync, writeFileSync } from "node:fs";
import {
  canonicalOf,
  INDICATORS,
  type Indicator,
  LIMITATION,
  STRATIFIERS,
  UNCONFIRMED,
} from "../src/index.ts";

const file = new URL("../../../docs/indicators.md", import.meta.url);

function section(indicator: Indicator): string {
  const { id, title, description, scoring, initialPopulation, denominator, numerator, categories, sources } =
    indicator;
  const rows = [
    ["Measure", `\`${canonicalOf(indicator)}\``],
    ["Scoring", indicator.per === undefined ? scoring : `${scoring}, per ${indicator.per}`],
    ["Initial population", initialPopulation],
    [scoring === "continuous-variable" ? "Measure population" : "Denominator", denominator],
    ["Numerator", numerator],
    [
      categories?.title ?? "",
      categories?.values.map(({ code, display }) => `\`${code}\`: ${display}`).join("; "),
    ],
    ["Computed from", sources.join("; ")],
  ].filter(([, text]) => text !== undefined && text !== "");
  return `## ${title}\n\n\`${id}\`. ${description}\n\n| | |\n|---|---|\n${rows.map(([name, text]) => `| ${name} | ${text} |`).join("\n")}\n`;
}

const text = `# Indicators

Written by its generator from the Measures that the gateway serves (\`GET /fhir/Measure\`): packages/measures.

${UNCONFIRMED} ${LIMITATION}

Resources that are \`entered-in-error\`, not completed or deleted count nowhere; what is corrected counts as corrected, whenever it arrives. Days, months and years are India's (UTC+05:30). Diagnoses are classified by code, never by their display. Percentiles are nearest ranks.

Each can be split by: ${STRATIFIERS.map(({ code, title }) => `\`${code}\` (${title})`).join(", ")}.

${INDICATORS.map(section).join("\n")}`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error(
    "docs/indicators.md is not what its generator writes: run packages/measures/scripts/write-indicator-tables.ts",
  );
  process.exitCode = 1;
}
