import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { type AnyResource, JsonScanner, MalformedJson, parseResource } from "@aarohan/fhir";
import { type BundleNames, bundleNames } from "./bundle-names.ts";
import { UsageError } from "./command-io.ts";

/** One resource of the input, or why there is none: the reason holds nothing of the input. */
export type InputItem =
  | {
      readonly kind: "resource";
      readonly resource: AnyResource;
      readonly bytes: number;
      readonly place: Place;
    }
  | { readonly kind: "bad"; readonly reason: BadReason; readonly bytes: number; readonly place: Place };

export type BadReason = "not JSON" | "no FHIR resource" | "longer than 64 MiB";

export interface Place {
  /** File, or `-` for standard input. */
  readonly file: string;
  /** Line of NDJSON, or number of the resource in a document, from 1. */
  readonly number: number;
}

const LONGEST_LINE_BYTES = 64 * 1024 * 1024;
const LONGEST_DOCUMENT_BYTES = 1024 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * The resources of a file: NDJSON line by line; or one JSON document, a resource, a Bundle or an array, which may be spread
 * over lines. gzip is recognised. Holds one line, or the document's bytes (at most 1 GiB) and one of its resources.
 */
export async function* readResources(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
): AsyncGenerator<InputItem> {
  const chunks = await uncompressed(file === "-" ? stdin : await openFile(file));
  const lines = splitLines(chunks);
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (isBlank(line.bytes) && !line.tooLong) continue;
    if (number === 1 || line.first) {
      if (isDocument(line.bytes)) {
        yield* readDocument(file, await wholeDocument(line.bytes, lines));
        return;
      }
    }
    yield lineItem(line, { file, number });
  }
}

async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    const handle = await open(file);
    return handle.createReadStream({ highWaterMark: 256 * 1024 });
  } catch {
    throw new UsageError(`${file}: cannot be read`);
  }
}

/** By gzip's magic bytes (RFC 1952 §2.3.1). */
async function uncompressed(chunks: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const rest = restOf(first.done === true ? undefined : first.value, iterator);
  const isGzip = first.done !== true && first.value[0] === 0x1f && first.value[1] === 0x8b;
  return isGzip ? gunzip(rest) : rest;
}

async function* restOf(
  first: Uint8Array | undefined,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first !== undefined) yield first;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip();
  const { Readable } = await import("node:stream");
  Readable.from(chunks)
    .on("error", (error) => stream.destroy(error))
    .pipe(stream);
  try {
    for await (const chunk of stream) yield chunk;
  } catch {
    throw new UsageError("the input is damaged: gzip cannot unpack it");
  }
}

interface Line {
  readonly bytes: Uint8Array;
  /** The first line that is not blank. */
  readonly first: boolean;
  readonly tooLong: boolean;
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let tooLong = false;
  let first = true;
  function take(): Line {
    const line = { bytes: joined(parts), first, tooLong };
    if (!isBlank(line.bytes)) first = false;
    parts = [];
    held = 0;
    tooLong = false;
    return line;
  }
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (held + end - start <= LONGEST_LINE_BYTES) parts.push(chunk.subarray(start, end));
      else tooLong = true;
      start = end + 1;
      yield take();
    }
    held += chunk.length - start;
    if (held > LONGEST_LINE_BYTES) {
      tooLong = true;
      parts = [];
    } else if (start < chunk.length) parts.push(chunk.slice(start));
  }
  if (held > 0 || tooLong) yield take();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every(
    (byte) =>
      byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0xef || byte === 0xbb || byte === 0xbf,
  );
}

/** True where the first line is no whole resource: an array, a Bundle, or the beginning of a document over several lines. */
function isDocument(line: Uint8Array): boolean {
  const scanner = new JsonScanner(line);
  const first = scanner.peek();
  if (first === 0x5b) return true;
  if (first !== 0x7b) return false;
  let resourceType: string | undefined;
  try {
    scanner.readObject((key) => {
      if (key === "resourceType") resourceType = scanner.readString();
      else scanner.skipValue();
    });
    scanner.assertEnd();
  } catch (error) {
    // An object that does not end on its line; or NDJSON whose first line is broken: that is told apart by the last byte.
    if (error instanceof MalformedJson)
      return line.findLast((byte) => byte > 0x20) !== 0x7d || line.length < 3;
    throw error;
  }
  return resourceType === "Bundle";
}

async function wholeDocument(start: Uint8Array, lines: AsyncIterable<Line>): Promise<Uint8Array> {
  const parts = [start];
  let bytes = start.length;
  const newline = new Uint8Array([NEWLINE]);
  for await (const line of lines) {
    bytes += line.bytes.length + 1;
    if (line.tooLong || bytes > LONGEST_DOCUMENT_BYTES) {
      throw new UsageError("the document is larger than 1 GiB, or has a line longer than 64 MiB: use NDJSON");
    }
    parts.push(newline, line.bytes);
  }
  return joined(parts);
}

function lineItem(line: Line, place: Place): InputItem {
  const bytes = line.bytes.length + 1;
  if (line.tooLong) return { kind: "bad", reason: "longer than 64 MiB", bytes, place };
  return resourceItem(line.bytes, { start: 0, end: line.bytes.length }, place, bytes);
}

function resourceItem(
  bytes: Uint8Array,
  span: { readonly start: number; readonly end: number },
  place: Place,
  size: number,
): InputItem {
  try {
    return { kind: "resource", resource: parseResource(bytes, span), bytes: size, place };
  } catch {
    return { kind: "bad", reason: isJson(bytes, span) ? "no FHIR resource" : "not JSON", bytes: size, place };
  }
}

function isJson(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(start, end)));
    return true;
  } catch {
    return false;
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly fullUrl: string | undefined;
}

function* readDocument(file: string, bytes: Uint8Array): Generator<InputItem> {
  let spans: readonly Span[];
  try {
    spans = documentSpans(bytes);
  } catch (error) {
    if (!(error instanceof MalformedJson)) throw error;
    yield* brokenDocument(file, bytes);
    return;
  }
  const names: BundleNames = bundleNames(bytes, spans);
  for (const [index, span] of spans.entries()) {
    const item = resourceItem(bytes, span, { file, number: index + 1 }, span.end - span.start);
    yield item.kind === "bad" ? item : { ...item, resource: names.apply(item.resource, span.fullUrl) };
  }
}

/** No document after all: NDJSON of which the first line is broken. */
function* brokenDocument(file: string, bytes: Uint8Array): Generator<InputItem> {
  let start = 0;
  for (let number = 1; start < bytes.length; number += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    if (!isBlank(line)) yield lineItem({ bytes: line, first: false, tooLong: false }, { file, number });
    start = end + 1;
  }
}

/** Where the resources stand: the entries of a Bundle, the members of an array, or the whole. */
function documentSpans(bytes: Uint8Array): readonly Span[] {
  const scanner = new JsonScanner(bytes);
  const spans: Span[] = [];
  if (scanner.peek() === 0x5b) {
    scanner.readArray(() => spans.push({ ...scanner.skipValue(), fullUrl: undefined }));
    scanner.assertEnd();
    return spans;
  }
  const start = scanner.position;
  let isBundle = false;
  scanner.readObject((key) => {
    if (key === "resourceType") isBundle = scanner.readString() === "Bundle";
    else if (key === "entry") scanner.readArray(() => readEntry(scanner, spans));
    else scanner.skipValue();
  });
  const end = scanner.position;
  scanner.assertEnd();
  return isBundle ? spans : [{ start, end, fullUrl: undefined }];
}

function readEntry(scanner: JsonScanner, spans: Span[]): void {
  let span: { readonly start: number; readonly end: number } | undefined;
  let fullUrl: string | undefined;
  scanner.readObject((key) => {
    if (key === "resource") span = scanner.skipValue();
    else if (key === "fullUrl") fullUrl = scanner.readString();
    else scanner.skipValue();
  });
  if (span !== undefined) spans.push({ ...span, fullUrl });
}
