import { execFile, execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "../..");

/** Folder of the documents' Python, with its packages: installs them where they are not there. */
export function pythonFolder(): string {
  const script = 'import { docsPython } from "./scripts/docs-python.ts"; console.log(docsPython())';
  return execFileSync("node", ["--input-type=module", "-e", script], { cwd: ROOT, encoding: "utf8" }).trim();
}

/** What a script prints; `file` is relative to the project. Rejects where it fails. */
export async function runPython(file: string, env: Readonly<Record<string, string>>): Promise<string> {
  const python = join(pythonFolder(), "python3");
  const { stdout } = await promisify(execFile)(python, [join(ROOT, file)], {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
