import { createHash, randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { nodeGzipPorts } from "@aarohan/devkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GzipContent, GzipWriter, isRangeFresh, parseRange, readRange } from "../src/index.ts";

function file(content: Uint8Array, chunkBytes: number): GzipContent {
  const writer = new GzipWriter(nodeGzipPorts);
  for (let at = 0; at < content.length; at += chunkBytes) writer.write(content.subarray(at, at + chunkBytes));
  return writer.finish();
}

/** As a store gives it: in chunks that know nothing of segments. */
function inChunks(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = 1 + ((at * 7919) % 200_000);
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
    },
  });
}

async function range(stored: GzipContent, start: number, end: number) {
  const read: [number, number][] = [];
  const pieces: Uint8Array[] = [];
  const all = readRange(stored.file, start, end, async (from, to) => {
    read.push([from, to]);
    return inChunks(stored.bytes.subarray(from, to));
  });
  for await (const piece of all) pieces.push(piece);
  return { bytes: Buffer.concat(pieces), read };
}

/** Half of it compresses well, half does not. */
const content = Buffer.concat([Buffer.alloc(2_500_000, "aarohan "), randomBytes(2_500_000)]);

describe("a file in gzip segments", () => {
  it("is one gzip file, with its size and digest", async () => {
    for (const chunkBytes of [65_536, 1_000_003]) {
      const { file: stored, bytes } = file(content, chunkBytes);
      expect(gunzipSync(bytes).equals(content)).toBe(true);
      expect(stored.size).toBe(content.length);
      expect(stored.compressedSize).toBe(bytes.length);
      expect(Buffer.from(stored.digest).equals(createHash("sha256").update(content).digest())).toBe(true);
      expect(stored.segments.length).toBeGreaterThan(2);
    }
  });

  it("can be empty", async () => {
    const stored = file(new Uint8Array(), 1);
    expect(gunzipSync(stored.bytes)).toHaveLength(0);
    expect((await range(stored, 0, 0)).bytes).toHaveLength(0);
  });

  it("gives any range, and reads no segment that the range does not touch", async () => {
    const stored = file(content, 65_536);
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length), fc.nat(300_000), async (start, length) => {
        const end = Math.min(start + length, content.length);
        const { bytes, read } = await range(stored, start, end);
        expect(bytes.equals(content.subarray(start, end))).toBe(true);
        expect(read.length).toBeLessThanOrEqual(1);
        const [[from, to] = [0, 0]] = read;
        // Half of the content is not compressible: three segments are 3 MiB and a little.
        expect(to - from).toBeLessThan(2.2 * 1024 * 1024);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});

describe("reading a range", () => {
  it("lets go of the store when it is stopped, and says when the store holds less than the index", async () => {
    const stored = file(content, 65_536);
    let cancelled = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(stored.bytes.subarray(10, 1_000_000)),
        cancel: () => {
          cancelled += 1;
        },
      });
    for await (const _ of readRange(stored.file, 0, 10, async () => endless())) break;
    expect(cancelled).toBe(1);
    const short = readRange(stored.file, 0, content.length, async () =>
      inChunks(stored.bytes.subarray(10, 99)),
    );
    await expect(short.next()).rejects.toThrow("shorter than its index");
  });
});

describe("a Range header", () => {
  it.each([
    ["bytes=0-0", { start: 0, end: 1 }],
    ["bytes=10-19", { start: 10, end: 20 }],
    ["bytes=90-", { start: 90, end: 100 }],
    ["bytes=-10", { start: 90, end: 100 }],
    ["bytes=-1000", { start: 0, end: 100 }],
    ["bytes=0-1000", { start: 0, end: 100 }],
    ["Bytes = 5 - 6", { start: 5, end: 7 }],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=20-10", undefined],
    ["bytes=-", undefined],
    ["bytes=0-1,5-6", undefined],
    ["lines=0-1", undefined],
    ["bytes=a-b", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s of 100 bytes: %j", (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  it("counts by If-Range with the same strong entity tag alone", () => {
    expect(isRangeFresh(undefined, '"a"')).toBe(true);
    expect(isRangeFresh('"a"', '"a"')).toBe(true);
    expect(isRangeFresh('"b"', '"a"')).toBe(false);
    expect(isRangeFresh('W/"a"', 'W/"a"')).toBe(false);
    expect(isRangeFresh("Mon, 23 Nov 2026 00:00:00 GMT", '"a"')).toBe(false);
  });
});
