/** Sealed days of one tenant in R2: `<tenant>/<day>.ndjson`, and beside it its head, `<tenant>/<day>.head.jws`. */
export interface AuditArchive {
  /** Writes a day's lines, over what an interrupted attempt may have left. Holds one part of 8 MiB, and one line. */
  putLines(day: string, lines: Iterable<string>): Promise<void>;
  putHead(day: string, jws: string): Promise<void>;
  /** `undefined` where there is no such file. */
  lines(day: string): Promise<AsyncIterable<string> | undefined>;
  head(day: string): Promise<string | undefined>;
  remove(day: string): Promise<void>;
}

/** Parts of one upload have one size, the last alone may be smaller; R2 takes none below 5 MiB but the last. */
const PART_BYTES = 8 * 1024 * 1024;
const NDJSON = { httpMetadata: { contentType: "application/fhir+ndjson" } };

export function createAuditArchive(bucket: R2Bucket, tenant: string): AuditArchive {
  const linesKey = (day: string) => `${tenant}/${day}.ndjson`;
  const headKey = (day: string) => `${tenant}/${day}.head.jws`;
  return {
    async putLines(day, lines) {
      const parts = inParts(lines);
      const first = parts.next().value ?? new Uint8Array();
      if (first.length < PART_BYTES) await bucket.put(linesKey(day), first, NDJSON);
      else await upload(bucket, linesKey(day), first, parts);
    },
    async putHead(day, jws) {
      await bucket.put(headKey(day), jws, { httpMetadata: { contentType: "application/jose" } });
    },
    async lines(day) {
      const file = await bucket.get(linesKey(day));
      return file === null ? undefined : linesOf(file.body);
    },
    async head(day) {
      const file = await bucket.get(headKey(day));
      return file === null ? undefined : file.text();
    },
    async remove(day) {
      await bucket.delete([linesKey(day), headKey(day)]);
    },
  };
}

async function upload(
  bucket: R2Bucket,
  key: string,
  first: Uint8Array,
  others: Iterable<Uint8Array>,
): Promise<void> {
  const transfer = await bucket.createMultipartUpload(key, NDJSON);
  const sent = [await transfer.uploadPart(1, first)];
  for (const part of others) sent.push(await transfer.uploadPart(sent.length + 1, part));
  await transfer.complete(sent);
}

/** The lines' bytes, each with its line feed, in parts of the one size and in one buffer: a part is sent before the next is asked for. */
function* inParts(lines: Iterable<string>): Generator<Uint8Array, undefined> {
  const encoder = new TextEncoder();
  const part = new Uint8Array(PART_BYTES);
  let length = 0;
  for (const line of lines) {
    let bytes = encoder.encode(`${line}\n`);
    while (length + bytes.length >= PART_BYTES) {
      const fitting = PART_BYTES - length;
      part.set(bytes.subarray(0, fitting), length);
      yield part;
      length = 0;
      bytes = bytes.subarray(fitting);
    }
    part.set(bytes, length);
    length += bytes.length;
  }
  if (length > 0) yield part.subarray(0, length);
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
