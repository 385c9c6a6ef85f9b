import { EdgeError, MAXIMUM_PAGE_BYTES, MAXIMUM_RESOURCE_BYTES } from "@aarohan/contract";
import { discardBody, readBounded } from "./bounded-body.ts";
import type { Call } from "./call.ts";
import { createExchange } from "./exchange.ts";
import { readRetryAfter } from "./retry-after.ts";
import { assertAnswered } from "./upstream-answer.ts";
import type { UpstreamConfig, UpstreamPorts } from "./upstream-config.ts";
import { createUpstreamLinks } from "./upstream-links.ts";

/** A file of the server's own export. */
export interface BulkFile {
  readonly type: string;
  /** Its address below the base. */
  readonly cursor: string;
  /** Lines, where the server says it. */
  readonly count: number | undefined;
}

export type BulkState =
  | { readonly kind: "running"; readonly retryAfterSeconds: number }
  | {
      readonly kind: "done";
      /** Milliseconds since 1970. */
      readonly transactionTime: number;
      readonly files: readonly BulkFile[];
    };

/** Whole lines of a file. */
export interface LineBatch {
  readonly bytes: Uint8Array;
  readonly lines: readonly { readonly start: number; readonly end: number }[];
  /** Byte of the file at which the next batch begins; `undefined` at its end. */
  readonly next: number | undefined;
  /** Lines that were passed over, because they are longer than a resource may be. */
  readonly oversized: number;
}

/**
 * The programme's server as a source of bulk data (FHIR Bulk Data Access 2.0.0): only addresses below its base are asked,
 * for its manifest's files, too. Faults are those of `Upstream`.
 */
export interface UpstreamBulk {
  /** Address of the job's state, below the base. */
  kickOff(
    order: {
      readonly level: "system" | "patient";
      readonly types: readonly string[];
      readonly since: number | undefined;
    },
    call: Call,
  ): Promise<string>;
  poll(status: string, call: Call): Promise<BulkState>;
  cancel(status: string, call: Call): Promise<void>;
  /**
   * Lines from a byte on: at most 4 MiB, or one line that is longer. Asks by range; a server that does not know ranges sends
   * the file from its begin, and what comes before is passed over. Holds what was asked for.
   */
  lines(file: string, offset: number, call: Call): Promise<LineBatch>;
}

const BATCH_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;
const MANIFEST_HEADERS = { Accept: "application/json, application/fhir+json" };
const FILE_HEADERS = { Accept: "application/fhir+ndjson, application/ndjson" };

/** Throws an Error that names the setting for a base URL or an alias that cannot be one. */
export function createUpstreamBulk(config: UpstreamConfig, ports: UpstreamPorts = {}): UpstreamBulk {
  const { maximumResourceBytes = MAXIMUM_RESOURCE_BYTES } = config;
  const now = ports.now ?? Date.now;
  const links = createUpstreamLinks(config.baseUrl, config.linkAliases);
  const exchange = createExchange(config, ports);

  function locationOf(response: Response): string {
    const location = response.headers.get("Content-Location");
    if (response.status !== 202 || location === null) throw malformed();
    return links.toCursor(location);
  }

  function filesOf(output: unknown): BulkFile[] {
    if (!Array.isArray(output)) throw malformed();
    return output.map((entry) => {
      const { type, url, count } = Object(entry);
      if (typeof type !== "string" || typeof url !== "string") throw malformed();
      return {
        type,
        cursor: links.toCursor(url),
        count: Number.isSafeInteger(count) ? Number(count) : undefined,
      };
    });
  }

  async function manifestOf(response: Response): Promise<BulkState> {
    await assertAnswered(response, { interaction: "read", parameterNames: [], now: now() });
    const bytes = await readBounded(response, MAXIMUM_PAGE_BYTES);
    const { transactionTime, output } = Object(parsed(bytes));
    const time = Date.parse(String(transactionTime));
    if (Number.isNaN(time)) throw malformed();
    return { kind: "done", transactionTime: time, files: filesOf(output) };
  }

  return {
    async kickOff({ level, types, since }, call) {
      const query = new URLSearchParams({ _type: types.join(",") });
      if (since !== undefined) query.set("_since", new Date(since).toISOString());
      const url = `${links.base}${level === "patient" ? "/Patient" : ""}/$export?${query}`;
      const headers = { Accept: "application/fhir+json", Prefer: "respond-async" };
      return exchange({ method: "GET", url, headers }, call, async function receiveLocation(response) {
        if (response.status !== 202)
          await assertAnswered(response, {
            interaction: "search",
            parameterNames: ["_type", "_since"],
            now: now(),
          });
        const location = locationOf(response);
        discardBody(response);
        return location;
      });
    },
    async poll(status, call) {
      const request = { method: "GET" as const, url: links.toUrl(status), headers: MANIFEST_HEADERS };
      return exchange(request, call, async function receiveState(response) {
        if (response.status !== 202) return manifestOf(response);
        discardBody(response);
        const seconds = readRetryAfter(response.headers, now()) ?? 5;
        return { kind: "running", retryAfterSeconds: Math.min(600, Math.max(1, seconds)) };
      });
    },
    async cancel(status, call) {
      await exchange({ method: "DELETE", url: links.toUrl(status) }, call, async (response) =>
        discardBody(response),
      );
    },
    async lines(file, offset, call) {
      const end = offset + BATCH_BYTES + maximumResourceBytes;
      const headers = { ...FILE_HEADERS, Range: `bytes=${offset}-${end - 1}` };
      return exchange(
        { method: "GET", url: links.toUrl(file), headers },
        call,
        async function receiveLines(response) {
          if (response.status === 416) {
            discardBody(response);
            return { bytes: new Uint8Array(), lines: [], next: undefined, oversized: 0 };
          }
          if (response.status !== 200 && response.status !== 206) await assertFile(response, now());
          const skipped = response.status === 206 ? 0 : offset;
          const { bytes, isWhole } = await readFrom(response, skipped, end - offset);
          return batchOf(bytes, isWhole, offset, maximumResourceBytes);
        },
      );
    },
  };
}

/** A file that is gone is a fault, not a search that is forgotten. */
async function assertFile(response: Response, now: number): Promise<never> {
  await assertAnswered(response, { interaction: "read", parameterNames: [], now });
  throw malformed();
}

/** Up to so many bytes of the body, after those that are passed over; `isWhole` where the body ends with them. */
async function readFrom(
  response: Response,
  skipped: number,
  most: number,
): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let passed = 0;
  let length = 0;
  const [, last, size] = /^bytes \d+-(\d+)\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "") ?? [];
  // Leaving the loop early cancels the body.
  for await (const chunk of response.body ?? []) {
    const fresh = chunk.subarray(Math.min(chunk.length, Math.max(0, skipped - passed)));
    passed += chunk.length;
    if (length + fresh.length > most) {
      chunks.push(fresh.subarray(0, most - length));
      return { bytes: join(chunks), isWhole: false };
    }
    chunks.push(fresh);
    length += fresh.length;
  }
  return { bytes: join(chunks), isWhole: size === undefined || Number(last) + 1 === Number(size) };
}

/** Whole lines of what was read; a line that is not over is for the next batch, unless it is too long for any. */
function batchOf(
  bytes: Uint8Array,
  isWhole: boolean,
  offset: number,
  maximumResourceBytes: number,
): LineBatch {
  const lines: { start: number; end: number }[] = [];
  let oversized = 0;
  let start = 0;
  while (start < bytes.length) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    if (feed < 0 && !isWhole) break;
    if (end - start > maximumResourceBytes) oversized += 1;
    else if (end > start) lines.push({ start, end });
    start = end + 1;
    if (start >= BATCH_BYTES) break;
  }
  const isStuck = start === 0 && bytes.length > 0;
  // The begin of a line that no batch holds: it goes on as a line that is too long.
  const reached = offset + (isStuck ? bytes.length : Math.min(start, bytes.length));
  const isEnd = isWhole && start >= bytes.length;
  return { bytes, lines, next: isEnd ? undefined : reached, oversized: oversized + (isStuck ? 1 : 0) };
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw malformed();
  }
}

function malformed(): EdgeError {
  return new EdgeError(
    "upstream-malformed",
    "The programme's server answered an export as the specification does not have it.",
  );
}
