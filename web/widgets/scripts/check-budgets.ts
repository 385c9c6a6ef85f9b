/** Fails where a widget has outgrown its budget, gzip: all code that a page with it loads, with English words; those of other languages. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KB = 1000;
const WIDGET_BYTES = 22 * KB;
const CSS_BYTES = 10 * KB;
/** Words in one more language, which are loaded instead of the English ones. */
const WORDS_BYTES = 4 * KB;
/** Names of states and districts, which reports have in English themselves. */
const PLACES_BYTES = 4 * KB;

/** Vite's manifest, of which the members that are read. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
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

const wordsIn = (language: string) =>
  keysLike(new RegExp(`/(?:kit|measure|words)\\.${language}\\.ts$|^src/words\\.${language}\\.ts$`), 3);
for (const view of keysLike(/^src\/[a-z-]+-view\.tsx$/, 4)) {
  check(view, sizeOf(filesOf(closure(["src/widgets.ts", view, ...wordsIn("en")]))), WIDGET_BYTES);
}
for (const language of ["hi", "kn"]) {
  check(`words in ${language}`, sizeOf(filesOf(wordsIn(language))), WORDS_BYTES);
}
for (const places of keysLike(/places\.(?:hi|kn)\.ts$/, 2)) {
  check(places, sizeOf(filesOf([places])), PLACES_BYTES);
}
const styles = new Set(Object.values(manifest).flatMap(({ assets }) => assets ?? []));
check("CSS", sizeOf([...styles].filter((file) => file.endsWith(".css"))), CSS_BYTES);
