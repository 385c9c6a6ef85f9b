/** The Python in which documented lines and those of the page are run: a venv with pinned packages, DuckDB's command line among them, beside node_modules. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const VENV = resolve(import.meta.dirname, "../node_modules/.cache/docs-python");
const PACKAGES = [
  "requests==2.32.5",
  "pandas==2.3.3",
  "pyarrow==22.0.0",
  "duckdb==1.4.1",
  "duckdb-cli==1.4.4",
  "fhirclient==4.4.0",
  "fhir.resources==8.3.0",
];

/** Folder of its `python3`. Throws, and says what is needed, where it cannot be made. */
export function docsPython(): string {
  const folder = join(VENV, "bin");
  const ready = join(VENV, "ready");
  const wanted = PACKAGES.join("\n");
  if (existsSync(ready) && readFileSync(ready, "utf8") === wanted) return folder;
  must("python3", ["-m", "venv", VENV], "python3 with venv (apt-get install python3-venv)");
  must(join(folder, "pip"), ["install", "--quiet", ...PACKAGES], `${PACKAGES.join(", ")} from PyPI`);
  // Its package brings it without the right to be run.
  chmodSync(join(folder, "duckdb"), 0o755);
  writeFileSync(ready, wanted);
  return folder;
}

function must(command: string, args: readonly string[], needs: string): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the documented commands need ${needs}\n${stderr ?? ""}`);
}
