/** Fails where a bundle has outgrown its budget, gzip: the shell, what each page loads beyond it, and all CSS. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KB = 1000;
const SHELL_BYTES = 25 * KB;
const PAGE_BYTES = 45 * KB;
/** The anonymiser with the whole of FHIR R4 is in it. */
const PLAYGROUND_BYTES = 90 * KB;
const CSS_BYTES = 10 * KB;

/** Vite's manifest, of which the members that are read. */
interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

const dist = new URL("../dist/", import.meta.url);
const manifest: Readonly<Record<string, Chunk>> = JSON.parse(
  readFileSync(new URL(".vite/manifest.json", dist), "utf8"),
);

/** The chunk and all that it imports. */
function closure(key: string, known = new Set<string>()): Set<string> {
  if (known.has(key)) return known;
  known.add(key);
  for (const imported of manifest[key]?.imports ?? []) closure(imported, known);
  return known;
}

function sizeOf(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0);
}

function scriptsOf(keys: Iterable<string>): string[] {
  return [...keys].flatMap((key) => manifest[key]?.file ?? []).filter((file) => file.endsWith(".js"));
}

function check(name: string, bytes: number, budget: number): void {
  const line = `${name}: ${(bytes / KB).toFixed(1)} of ${budget / KB} kB`;
  const fits = bytes <= budget;
  console.log(fits ? line : `${line}: over its budget`);
  if (!fits) process.exitCode = 1;
}

const [entry] = Object.keys(manifest).filter((key) => manifest[key]?.isEntry === true);
if (entry === undefined) throw new Error("the build has no entry");
const shell = closure(entry);
check("shell", sizeOf(scriptsOf(shell)), SHELL_BYTES);
const pages = [...shell].flatMap((key) => manifest[key]?.dynamicImports ?? []);
if (pages.length === 0) throw new Error("the shell loads no page");
for (const page of pages) {
  const own = [...closure(page)].filter((key) => !shell.has(key));
  check(page, sizeOf(scriptsOf(own)), page.includes("/playground/") ? PLAYGROUND_BYTES : PAGE_BYTES);
}
const styles = new Set(Object.values(manifest).flatMap(({ css }) => css ?? []));
check("CSS", sizeOf(styles), CSS_BYTES);
