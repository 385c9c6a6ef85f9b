import { readFileSync, writeFileSync } from "node:fs";

/** Writes a generated file of the dashboard. With `--check`, fails where it differs from what is there. */
export function writeGenerated(path: string, text: string): void {
  const file = new URL(`../${path}`, import.meta.url);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(`web/dashboard/${path} is not what its generator writes: run its script "generate"`);
    process.exitCode = 1;
  }
}
