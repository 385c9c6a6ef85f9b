import { open } from "node:fs/promises";
import { ExportFault, faultOf } from "./export-fault.ts";
import { mismatch } from "./file-check.ts";
import type { Session } from "./gateway-client.ts";
import type { ManifestFile } from "./manifest.ts";
import { pauseSeconds } from "./retries.ts";
import type { RunFolder } from "./run-folder.ts";
import { countDown, retryAfterSeconds } from "./waiting.ts";

/** The allowance is told in minutes. */
const DEFAULT_ALLOWANCE_SECONDS = 60;

/**
 * Brings one file into its place, if it is not there: goes on with what is begun, waits for the allowance, and compares size,
 * SHA-256 and lines. What differs is fetched once more; then an ExportFault says what is wrong. Holds one chunk.
 */
export async function downloadFile(file: ManifestFile, run: RunFolder, session: Session): Promise<void> {
  if ((await mismatch(run.placeOf(file), file).catch(() => "is not there")) === undefined) return;
  const first = await attempt(file, run, session);
  if (first === undefined) return;
  await session.line.say(`${file.name} ${first}: it is fetched once more`);
  const second = await attempt(file, run, session);
  if (second === undefined) return;
  throw new ExportFault(`${file.name} ${second}, even when it was fetched again: it is removed.`);
}

async function attempt(file: ManifestFile, run: RunFolder, session: Session): Promise<string | undefined> {
  await fetchPart(file, run, session);
  const problem = await mismatch(run.partOf(file), file);
  if (problem === undefined) await run.keep(file);
  else await run.drop(file);
  return problem;
}

/** Ends when there is as much as the manifest promises, or the gateway has no more; whether it is right is not asked here. */
async function fetchPart(file: ManifestFile, run: RunFolder, session: Session): Promise<void> {
  for (let failures = 1; ; failures += 1) {
    const begun = await run.begun(file);
    if (begun !== undefined && begun.bytes >= file.size) return;
    const response = await askForRest(file, begun, session);
    // What is here is longer than what is there: nothing of it can be used.
    if (response.status === 416 && begun !== undefined) {
      await response.body?.cancel();
      await run.drop(file);
      continue;
    }
    const start = await place(response, file, begun, run);
    const { end, isWhole } = await store(response, file, start, run, session);
    if (isWhole) return;
    // Who gets on, however slowly, is not given up.
    if (end > start) failures = 1;
    const pause = pauseSeconds(failures);
    if (pause === undefined)
      throw new ExportFault(`${file.name}: the connection broke again and again. Repeat later.`);
    await countDown(pause, `${file.name}: the connection broke`, session);
  }
}

interface Begun {
  readonly bytes: number;
  readonly etag: string;
}

/** The rest of what is begun (RFC 9110 §13.1.5, §14.2), as soon as the allowance lets it through. */
async function askForRest(file: ManifestFile, begun: Begun | undefined, session: Session): Promise<Response> {
  const range = begun === undefined ? {} : { Range: `bytes=${begun.bytes}-`, "If-Range": begun.etag };
  for (;;) {
    // Uncompressed: ranges of it are ranges of the file.
    const response = await session.client.ask(file.url, {
      headers: { "Accept-Encoding": "identity", ...range },
    });
    if (response.status !== 429) return response;
    await response.body?.cancel();
    const seconds = retryAfterSeconds(response, DEFAULT_ALLOWANCE_SECONDS);
    await countDown(seconds, `${file.name}: the allowance is used up`, session);
  }
}

/** Where the bytes of the answer belong. Throws an ExportFault for an answer that holds none of the file. */
async function place(
  response: Response,
  file: ManifestFile,
  begun: Begun | undefined,
  run: RunFolder,
): Promise<number> {
  const { status, headers } = response;
  if (headers.has("Content-Encoding")) {
    await response.body?.cancel();
    throw new ExportFault(`${file.name}: the gateway sends it compressed, which was not asked for.`);
  }
  if (status === 206) {
    const start = /^bytes (\d+)-/.exec(headers.get("Content-Range") ?? "")?.[1];
    if (begun !== undefined && Number(start) === begun.bytes) return begun.bytes;
    await response.body?.cancel();
    throw new ExportFault(`${file.name}: the gateway sends another range than was asked for.`);
  }
  if (status === 200) {
    await run.beginAnew(file, strongValidator(headers.get("ETag")));
    return 0;
  }
  if (status !== 404 && status !== 410) throw await faultOf(response, file.name);
  await response.body?.cancel();
  throw new ExportFault(
    `${file.name} is not there any more: it was withdrawn, or the whole export has expired. Repeat, for what is there now.`,
  );
}

/** A weak one does not speak of bytes (RFC 9110 §8.8.1). */
function strongValidator(etag: string | null): string | undefined {
  return etag?.startsWith('"') ? etag : undefined;
}

/** Appends an answer; `isWhole` where it did not break off. More than the manifest promises is not taken. */
async function store(
  response: Response,
  file: ManifestFile,
  start: number,
  run: RunFolder,
  session: Session,
): Promise<{ readonly end: number; readonly isWhole: boolean }> {
  const part = await open(run.partOf(file), "a");
  const reader = response.body?.getReader();
  let end = start;
  try {
    while (end <= file.size) {
      const chunk = await nextChunk(reader, session.signal);
      if (typeof chunk === "string") return { end, isWhole: chunk === "end" };
      await part.writeFile(chunk);
      end += chunk.length;
      await session.line.tick(`${file.name}: ${megabytes(end)} of ${megabytes(file.size)} MB`);
    }
    return { end, isWhole: true };
  } finally {
    await part.close();
    await reader?.cancel().catch(() => undefined);
  }
}

async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  signal: AbortSignal,
): Promise<Uint8Array | "end" | "broken"> {
  try {
    return (await reader?.read())?.value ?? "end";
  } catch {
    signal.throwIfAborted();
    return "broken";
  }
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
