import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface StubFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly count: number;
}

export const JOB = "0b9e5f0a-3a51-4c55-9d2a-7a5c2f1e6b77";
export const TOKEN = "first-token";
export const SECRET = "a-secret-of-a-client";

const ROUTES = ["kickOff", "status", "cancel", "file", "token"] as const;
type Route = (typeof ROUTES)[number];

/** The gateway's bulk export as the command sees it, and an issuer beside it: well behaved but for what a test queues. */
export class StubGateway {
  /** Answers that come first, once each. */
  readonly next: Record<Route, Handler[]> = { kickOff: [], status: [], cancel: [], file: [], token: [] };
  /** Requests in their order, as `METHOD path?query`. */
  readonly log: string[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  readonly files = new Map<string, StubFile>();
  readonly errors = new Map<string, StubFile>();
  /** What the manifest says otherwise. */
  manifest: Record<string, unknown> = {};
  /** Tokens that are good. */
  readonly tokens = new Set([TOKEN]);
  transactionTime = "2026-11-23T20:00:00.000Z";
  extension: Record<string, unknown> = {
    policy: { name: "programme", version: "1.3.0", hash: "aa" },
    keyId: 1,
    format: "application/fhir+ndjson",
  };
  origin = "";
  readonly #server = createServer((request, response) => this.#serve(request, response));
  #request = "";
  #issued = 0;

  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    const { port } = this.#server.address() as AddressInfo;
    this.origin = `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  get base(): string {
    return `${this.origin}/fhir`;
  }

  /** What was asked of files, as `METHOD name`. */
  get downloads(): string[] {
    return this.log
      .filter((line) => line.includes("/files/"))
      .map((line) => line.replace(/\/files\/.*\//, ""));
  }

  lines(name: string, type: string, count: number): void {
    const text = Array.from({ length: count }, (_, at) => `{"resourceType":"${type}","id":"${at}"}\n`).join(
      "",
    );
    this.files.set(name, { type, bytes: Buffer.from(text), count });
  }

  listed(name: string, { type, bytes, count }: StubFile): Record<string, unknown> {
    const url = `${this.origin}/files/${JOB}/${name}`;
    const extension = { "sha-256": createHash("sha256").update(bytes).digest("hex") };
    return { type, url, count, fileSize: bytes.length, extension };
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.log.push(`${request.method} ${request.url}`);
    this.headers.push(request.headers);
    const route = routeOf(request);
    const isKnown =
      route === "token" || this.tokens.has(request.headers.authorization?.replace("Bearer ", "") ?? "");
    if (!isKnown) {
      refuse(response, 401, "token-expired", "The token has expired.");
      return;
    }
    const special = this.next[route].shift();
    if (special !== undefined) {
      special(request, response);
      return;
    }
    this[route](request, response);
  }

  kickOff(request: IncomingMessage, response: ServerResponse): void {
    this.#request = `${this.origin}${request.url}`;
    const location = `${this.base}/$export-poll-status?job=${JOB}`;
    response.writeHead(202, { "Content-Location": location }).end();
  }

  status(_: IncomingMessage, response: ServerResponse): void {
    const listed = (files: ReadonlyMap<string, StubFile>) =>
      [...files].map(([name, file]) => this.listed(name, file));
    const error = listed(this.errors);
    response.writeHead(200, { "Content-Type": "application/json" }).end(
      JSON.stringify({
        transactionTime: this.transactionTime,
        request: this.#request || `${this.base}/$export`,
        requiresAccessToken: true,
        output: listed(this.files),
        deleted: [],
        error,
        outcome: error,
        extension: this.extension,
        ...this.manifest,
      }),
    );
  }

  cancel(_: IncomingMessage, response: ServerResponse): void {
    response.writeHead(202).end();
  }

  /** With ranges, as far as a client needs that only ever asks for the rest. */
  file(request: IncomingMessage, response: ServerResponse): void {
    const name = request.url?.split("/").at(-1) ?? "";
    const file = this.files.get(name) ?? this.errors.get(name);
    if (file === undefined) {
      refuse(response, 404, "file-unknown", "There is no such file.");
      return;
    }
    const etag = etagOf(file.bytes);
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1]);
    if (Number.isNaN(start) || request.headers["if-range"] !== etag) {
      response.writeHead(200, { ETag: etag, "Content-Length": file.bytes.length }).end(file.bytes);
      return;
    }
    if (start >= file.bytes.length) {
      refuse(response, 416, "range-unsatisfiable", "There is less.");
      return;
    }
    const rest = file.bytes.subarray(start);
    const range = `bytes ${start}-${file.bytes.length - 1}/${file.bytes.length}`;
    response.writeHead(206, { ETag: etag, "Content-Range": range, "Content-Length": rest.length }).end(rest);
  }

  token(_: IncomingMessage, response: ServerResponse): void {
    this.#issued += 1;
    const token = `issued-${this.#issued}`;
    this.tokens.add(token);
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify({ access_token: token, token_type: "bearer", expires_in: 300 }));
  }
}

function routeOf({ method, url = "" }: IncomingMessage): Route {
  if (url.startsWith("/token")) return "token";
  if (url.includes("/files/")) return "file";
  if (!url.includes("/$export-poll-status")) return "kickOff";
  return method === "DELETE" ? "cancel" : "status";
}

export function etagOf(bytes: Buffer): string {
  return `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  diagnostics: string,
  headers: Record<string, string> = {},
): void {
  const issue = [{ severity: "error", code: "processing", details: { coding: [{ code }] }, diagnostics }];
  response
    .writeHead(status, { "Content-Type": "application/fhir+json", ...headers })
    .end(JSON.stringify({ resourceType: "OperationOutcome", issue }));
}

/** An answer with a status, a code, and seconds to wait. */
export function refusing(status: number, code: string, retryAfter?: string): Handler {
  const headers = retryAfter === undefined ? {} : { "Retry-After": retryAfter };
  return (_, response) => refuse(response, status, code, "It is so.", headers);
}

export function running(progress: string, retryAfter: string): Handler {
  return (_, response) =>
    response.writeHead(202, { "X-Progress": progress, "Retry-After": retryAfter }).end();
}
