import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { figureRow } from "./figures.ts";

/** What a page downloads, minified and compressed (gzip -9). */
export function browserBundles(): string[] {
  return [
    "browser bundle of the anonymiser:",
    bundleRow("all exports", `export * from "@aarohan/deid"`),
    bundleRow(
      "one policy, to anonymise",
      `export { compilePolicy, createAnonymiser, createPseudonymCodec, programmePolicy } from "@aarohan/deid"`,
    ),
  ];
}

function bundleRow(name: string, source: string): string {
  const bundle = bundled(source);
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const zipped = gzipSync(bundle, { level: 9 }).length;
  return figureRow(name, `${kilobytes(zipped).padStart(11)} gzip, ${kilobytes(bundle.length)} minified`);
}

function bundled(source: string): Uint8Array {
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    logLevel: "warning",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
