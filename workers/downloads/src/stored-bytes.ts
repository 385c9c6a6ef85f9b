import type { ServedFile } from "@aarohan/exporter";
import { readRange } from "@aarohan/files";
import type { Representation } from "./representation.ts";

/** Bytes are counted as sent in pieces of this size. */
const PIECE_BYTES = 64 * 1024;

/** The bytes of a representation from R2. Holds one piece of the file, of about 1 MiB. */
export function bytesOf(
  bucket: R2Bucket,
  { key, file }: ServedFile,
  { isGzip, start, end }: Representation,
): AsyncIterable<Uint8Array> {
  async function open(from: number, to: number): Promise<ReadableStream<Uint8Array>> {
    const object = await bucket.get(key, { range: { offset: from, length: to - from } });
    if (object === null) throw new Error("a file of a job is missing in R2");
    return object.body;
  }
  return isGzip ? stored(() => open(start, end)) : readRange(file, start, end, open);
}

async function* stored(open: () => Promise<ReadableStream<Uint8Array>>): AsyncGenerator<Uint8Array> {
  yield* await open();
}

/** A body of exactly so many bytes, and how many of them were taken in the end: fewer, where the client went away. */
export function streamOf(
  bytes: AsyncIterable<Uint8Array>,
  length: number,
): { readonly body: ReadableStream<Uint8Array>; readonly sent: Promise<number> } {
  const { readable, writable } = new FixedLengthStream(length);
  return { body: readable, sent: pump(bytes, writable) };
}

async function pump(bytes: AsyncIterable<Uint8Array>, writable: WritableStream<Uint8Array>): Promise<number> {
  const writer = writable.getWriter();
  let sent = 0;
  try {
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const piece = chunk.subarray(at, at + PIECE_BYTES);
        await writer.write(piece);
        sent += piece.length;
      }
    }
    await writer.close();
  } catch (error) {
    // A file that breaks off must not look whole.
    await writer.abort(error).catch(() => undefined);
  }
  return sent;
}
