import type { GzipFile } from "./gzip-file.ts";
import { through } from "./gzip-file.ts";

/** Reads compressed bytes, from `start` to before `end`. */
export type ReadCompressed = (start: number, end: number) => Promise<Uint8Array>;

/**
 * The file's own bytes from `start` to before `end`, member by member: only those that the range touches are read, and one
 * is held at a time.
 */
export async function* readRange(
  { members, size, compressedSize }: GzipFile,
  start: number,
  end: number,
  read: ReadCompressed,
): AsyncGenerator<Uint8Array> {
  for (const [index, { offset, compressedOffset }] of members.entries()) {
    const next = members[index + 1];
    const memberEnd = next?.offset ?? size;
    if (memberEnd <= start || offset >= end) continue;
    const compressed = await read(compressedOffset, next?.compressedOffset ?? compressedSize);
    const bytes = await through(new DecompressionStream("gzip"), compressed);
    yield bytes.subarray(Math.max(start - offset, 0), Math.min(end, memberEnd) - offset);
  }
}
