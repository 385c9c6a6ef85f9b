import { type BulkOrder, linesOf, parseBulkOrder } from "./bulk-order.ts";
import type { Answer } from "./interaction.ts";
import { FhirError } from "./outcome.ts";
import type { Store } from "./store.ts";

/** Lines of a file. */
const LINES_PER_FILE = 1000;

interface BulkFile {
  readonly type: string;
  readonly lines: number;
  readonly bytes: Buffer;
}

interface Job {
  readonly request: string;
  readonly transactionTime: string;
  /** By name. */
  readonly files: ReadonlyMap<string, BulkFile>;
  /** A job is never done at once, so that clients have to wait. */
  polls: number;
}

export interface BulkRequest {
  readonly method: string;
  /** Below the base URL. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly prefer: string | undefined;
  readonly range: string | undefined;
}

/** The bulk export of the server itself (FHIR Bulk Data Access 2.0.0), with HAPI FHIR's addresses. */
export class BulkExports {
  readonly #store: Store;
  readonly #baseUrl: string;
  readonly #jobs = new Map<string, Job>();

  constructor(store: Store, baseUrl: string) {
    this.#store = store;
    this.#baseUrl = baseUrl;
  }

  /** `undefined` for what is no request of a bulk export. */
  answer(request: BulkRequest): Answer | undefined {
    const { method, path } = request;
    const level = levelOf(path);
    if (level !== undefined && method === "GET") return this.#kickOff(request, level);
    if (path === "$export-poll-status") return this.#status(request);
    const [, job = "", name = ""] = /^bulk-files\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    return job === "" ? undefined : this.#file(job, name, request.range);
  }

  #kickOff({ path, query, prefer }: BulkRequest, level: BulkOrder["level"]): Answer {
    if (!prefer?.includes("respond-async"))
      throw new FhirError(400, "required", "Prefer: respond-async is needed");
    const files = filesOf(parseBulkOrder(level, query, this.#store), this.#store);
    const id = crypto.randomUUID();
    const request = `${this.#baseUrl}/${path}${query.size > 0 ? `?${query}` : ""}`;
    this.#jobs.set(id, { request, transactionTime: new Date().toISOString(), files, polls: 0 });
    const headers = { "Content-Location": `${this.#baseUrl}/$export-poll-status?_jobId=${id}` };
    return { status: 202, body: Buffer.from("{}"), headers };
  }

  #status({ method, query }: BulkRequest): Answer {
    const id = query.get("_jobId") ?? "";
    const job = this.#jobs.get(id);
    if (job === undefined) throw new FhirError(404, "not-found", "there is no such job");
    if (method === "DELETE") {
      this.#jobs.delete(id);
      return { status: 202, body: Buffer.from("{}") };
    }
    job.polls += 1;
    if (job.polls === 1) {
      return {
        status: 202,
        body: Buffer.from("{}"),
        headers: { "X-Progress": "working", "Retry-After": "1" },
      };
    }
    const { request, transactionTime, files } = job;
    const output = [...files].map(([name, { type, lines }]) => ({
      type,
      url: `${this.#baseUrl}/bulk-files/${id}/${name}`,
      count: lines,
    }));
    const manifest = { transactionTime, request, requiresAccessToken: true, output, error: [] };
    return {
      status: 200,
      body: Buffer.from(JSON.stringify(manifest)),
      headers: { "Content-Type": "application/json" },
    };
  }

  #file(id: string, name: string, range: string | undefined): Answer {
    const file = this.#jobs.get(id)?.files.get(name);
    if (file === undefined) throw new FhirError(404, "not-found", "there is no such file");
    const headers = { "Content-Type": "application/fhir+ndjson", "Accept-Ranges": "bytes" };
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
    if (first === undefined) return { status: 200, body: file.bytes, headers };
    const start = Number(first);
    const end = Math.min(
      last === "" || last === undefined ? file.bytes.length : Number(last) + 1,
      file.bytes.length,
    );
    if (start >= file.bytes.length)
      throw new FhirError(416, "value", "the range begins after the file's end");
    const contentRange = `bytes ${start}-${end - 1}/${file.bytes.length}`;
    return {
      status: 206,
      body: file.bytes.subarray(start, end),
      headers: { ...headers, "Content-Range": contentRange },
    };
  }
}

function levelOf(path: string): BulkOrder["level"] | undefined {
  if (path === "$export") return "system";
  if (path === "Patient/$export") return "patient";
  const [, group] = /^Group\/([^/]+)\/\$export$/.exec(path) ?? [];
  return group === undefined ? undefined : { group };
}

function filesOf(order: BulkOrder, store: Store): Map<string, BulkFile> {
  const files = new Map<string, BulkFile>();
  for (const type of order.types) {
    const lines = linesOf(order, type, store);
    for (let at = 0; at < lines.length; at += LINES_PER_FILE) {
      const some = lines.slice(at, at + LINES_PER_FILE);
      const name = `${type}.${at / LINES_PER_FILE}.ndjson`;
      files.set(name, { type, lines: some.length, bytes: Buffer.concat(some) });
    }
  }
  return files;
}
