import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { ManifestFile } from "./manifest.ts";

/**
 * What of a file on disk is not as the manifest promised: its size, its SHA-256, or the number of its lines; `undefined`
 * where nothing is. Reads it once, 64 KiB at a time.
 */
export async function mismatch(path: string, file: ManifestFile): Promise<string | undefined> {
  const { size } = await stat(path);
  if (size !== file.size) return `has ${size} bytes, and the manifest promises ${file.size}`;
  const { sha256, lines } = await measure(path);
  if (sha256 !== file.sha256) return "has another SHA-256 than the manifest promises";
  if (!file.name.endsWith(".ndjson") || lines === file.count) return undefined;
  return `has ${lines} lines, and the manifest promises ${file.count}`;
}

const LINE_FEED = 0x0a;

async function measure(path: string): Promise<{ readonly sha256: string; readonly lines: number }> {
  const hash = createHash("sha256");
  let lines = 0;
  let last = LINE_FEED;
  for await (const chunk of createReadStream(path)) {
    const bytes: Uint8Array = chunk;
    hash.update(bytes);
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
    last = bytes.at(-1) ?? last;
  }
  // The last line may do without its end.
  return { sha256: hash.digest("hex"), lines: last === LINE_FEED ? lines : lines + 1 };
}
