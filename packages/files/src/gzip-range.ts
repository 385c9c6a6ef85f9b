import { endOfSegments, type GzipFile, joined, LAST_BLOCK } from "./gzip-file.ts";

/** Opens the compressed bytes from `start` to before `end`. */
export type OpenCompressed = (start: number, end: number) => Promise<ReadableStream<Uint8Array>>;

/**
 * The file's own bytes from `start` to before `end`: one read of those segments that the range touches. Holds one segment,
 * compressed and decompressed.
 */
export async function* readRange(
  file: GzipFile,
  start: number,
  end: number,
  open: OpenCompressed,
): AsyncGenerator<Uint8Array> {
  const touched = segmentsOf(file).filter((segment) => segment.end > start && segment.start < end);
  const [first] = touched;
  const last = touched.at(-1);
  if (first === undefined || last === undefined) return;
  const pieces = inPieces(
    await open(first.compressedStart, last.compressedEnd),
    touched.map(({ compressedStart, compressedEnd }) => compressedEnd - compressedStart),
  );
  try {
    for (const segment of touched) {
      const { value } = await pieces.next();
      if (value === undefined) throw new Error("the stored file is shorter than its index");
      const bytes = await inflate(value);
      yield bytes.subarray(Math.max(start - segment.start, 0), Math.min(end, segment.end) - segment.start);
    }
  } finally {
    // Whoever stops reading lets go of the store, too.
    await pieces.return(undefined);
  }
}

function segmentsOf(file: GzipFile) {
  return file.segments.map(({ offset, compressedOffset }, index) => {
    const next = file.segments[index + 1];
    return {
      start: offset,
      end: next?.offset ?? file.size,
      compressedStart: compressedOffset,
      compressedEnd: next?.compressedOffset ?? endOfSegments(file),
    };
  });
}

/** Cuts a stream into pieces of these lengths, each with an empty last block behind it. */
async function* inPieces(
  stream: ReadableStream<Uint8Array>,
  lengths: readonly number[],
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  const wanted = lengths.values();
  let length = wanted.next().value;
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (let chunk of stream) {
    while (length !== undefined && held + chunk.length >= length) {
      const rest = length - held;
      yield joined([...parts, chunk.subarray(0, rest), LAST_BLOCK], length + LAST_BLOCK.length);
      chunk = chunk.subarray(rest);
      parts = [];
      held = 0;
      length = wanted.next().value;
    }
    if (chunk.length > 0) parts.push(chunk);
    held += chunk.length;
  }
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
