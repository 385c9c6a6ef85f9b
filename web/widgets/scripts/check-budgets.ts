/** Fails where a widget has outgrown its budget, gzip: all code that a page with it loads, with the words of each language. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { LANGUAGES } from "../words-on-demand.ts";

const KB = 1000;
const WIDGET_BYTES = 22.5 * KB;
const CSS_BYTES = 10 * KB;
/** Names of districts, for widgets of a region; reports have them in English themselves. */
const DISTRICTS_BYTES = 4 * KB;

/** Vite's manifest, of which the members that are read. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly assets?: readonly string[];
}

const dist = new URL("../dist/", import.meta.url);
const manifest: Readonly<Record<string, Chunk>> = JSON.parse(
  readFileSync(new URL(".vite/manifest.json", dist), "utf8"),
);

/** The chunks and all that they import. */
function closure(keys: readonly string[], known = new Set<string>()): Set<string> {
  for (const key of keys) {
    if (known.has(key)) continue;
    known.add(key);
    closure(manifest[key]?.imports ?? [], known);
  }
  return known;
}

function filesOf(keys: Iterable<string>): string[] {
  return [...new Set([...keys].flatMap((key) => manifest[key]?.file ?? []))];
}

function sizeOf(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0);
}

function check(name: string, bytes: number, budget: number): void {
  const line = `${name}: ${(bytes / KB).toFixed(1)} of ${budget / KB} kB`;
  const fits = bytes <= budget;
  console.log(fits ? line : `${line}: over its budget`);
  if (!fits) process.exitCode = 1;
}

/** Keys of the chunks of which there are several: for each widget, or each language. */
function keysLike(pattern: RegExp, least: number): string[] {
  const keys = Object.keys(manifest).filter(
    (key) => pattern.test(key) || pattern.test(manifest[key]?.file ?? ""),
  );
  if (keys.length < least) throw new Error(`the build has no ${pattern.source}`);
  return keys;
}

for (const view of keysLike(/^src\/[a-z-]+-view\.tsx$/, 4)) {
  for (const language of LANGUAGES) {
    const words = keysLike(new RegExp(`/_words_${language}-[^/]+\\.js$`), 1);
    check(`${view}, ${language}`, sizeOf(filesOf(closure(["src/widgets.ts", view, ...words]))), WIDGET_BYTES);
  }
}
for (const districts of keysLike(/districts\.(?:hi|kn)\.ts$/, 2)) {
  check(districts, sizeOf(filesOf([districts])), DISTRICTS_BYTES);
}
const styles = new Set(Object.values(manifest).flatMap(({ assets }) => assets ?? []));
check("CSS", sizeOf([...styles].filter((file) => file.endsWith(".css"))), CSS_BYTES);
