/** Writes docs/settings.md from what the workers' code reads. With `--check`, fails where it differs. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Setting } from "@aarohan/settings";
import { SETTINGS, SETTINGS_BY_WORKER } from "./all-settings.ts";
import { ROOT } from "./root.ts";

const FILE = resolve(ROOT, "docs/settings.md");

const HEAD = `# Settings

What the workers are set by, generated from the code that reads it (\`npm run pnpm -- run settings\`). A setting stands once in \`deploy/environments/<name>.json\`, for each worker that reads it; a secret never does: [deploy.md](deploy.md#secrets). What cannot be used is refused by name before anything is deployed, and where it gets through, by every request.

The demo takes the same names from the environment.
`;

const text = [
  HEAD,
  "## Settings",
  "",
  ...table(["Setting", "Workers", "Unit", "Default", "May be", "Meaning"], rows(false)),
  "",
  "## Secrets",
  "",
  ...table(["Secret", "Workers", "Required", "May be", "Meaning"], rows(true)),
  "",
].join("\n");

if (process.argv.includes("--check")) {
  process.exitCode = readFileSync(FILE, "utf8") === text ? 0 : 1;
  if (process.exitCode === 1) console.error("docs/settings.md is not what the workers' code reads");
} else {
  writeFileSync(FILE, text);
}

function rows(secret: boolean): string[][] {
  return Object.entries(SETTINGS)
    .filter(([, setting]) => setting.secret === secret)
    .map(([name, setting]) => [`\`${name}\``, workersOf(name), ...cells(setting)]);
}

function cells({ secret, required, unit, fallback, accepts, meaning }: Setting<unknown>): string[] {
  if (secret) return [required ? "yes" : "where it is used", accepts, meaning];
  return [unit, fallback === "" ? whether(required) : shown(fallback), accepts, meaning];
}

function whether(required: boolean): string {
  return required ? "required" : "none";
}

function workersOf(name: string): string {
  const readers = Object.entries(SETTINGS_BY_WORKER).filter(([, settings]) => name in settings);
  return readers.map(([worker]) => worker).join(", ");
}

/** Figures in groups of three, as elsewhere in the documents. */
function shown(text: string): string {
  return /^\d+$/.test(text) ? Number(text).toLocaleString("en-GB") : `\`${text}\``;
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const lines = [head, head.map(() => "---"), ...body];
  return lines.map(
    (cellsOfLine) => `| ${cellsOfLine.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
}
