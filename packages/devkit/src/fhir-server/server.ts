import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AnyResource } from "@aarohan/fhir";
import { forwardTo } from "../forward.ts";
import { BulkExports } from "./bulk-export.ts";
import { afterOnce, commit, type Fault, isMeant } from "./faults.ts";
import { type Answer, answerOf, type Interaction, type Perform } from "./interaction.ts";
import { createInteractions } from "./interactions.ts";
import { FhirError } from "./outcome.ts";
import { Pages } from "./pages.ts";
import { parseResource } from "./resource-body.ts";
import { Store } from "./store.ts";

export interface FhirServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Address that is listened on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Path of the FHIR base. Default `/fhir`. */
  readonly basePath?: string;
  /** What the server holds at its start, ids and `meta` as they are given. */
  readonly resources: Iterable<AnyResource> | AsyncIterable<AnyResource>;
  /** File that keeps what clients write. Default: it ends with the process. */
  readonly journal?: string;
  /** How long a page link may be followed. Default 600,000 (10 min). */
  readonly cursorMilliseconds?: number;
  /** Who may ask: every request but `GET /metadata` then needs a bearer token. Default: everyone. */
  readonly auth?: { verify(token: string): Promise<boolean> };
}

export interface FhirServer {
  /** `http://localhost:8789/fhir` */
  readonly url: string;
  readonly port: number;
  /** Method and URL of the last 1,000 requests, oldest first; for tests. */
  readonly requests: string[];
  /** What is to go wrong, until it is set back to `undefined`; for tests, not to be reached over HTTP. */
  fault: Fault | undefined;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

const MAXIMUM_BODY_BYTES = 64 * 1024 * 1024;
const MAXIMUM_REMEMBERED_REQUESTS = 1000;
/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MILLISECONDS = 60_000;

/**
 * An in-memory FHIR R4 server on loopback: search, read, write, batch, transaction and bulk export. What it does not support it
 * refuses. Rejects when the port is in use or the journal is damaged.
 */
export async function startFhirServer(options: FhirServerOptions): Promise<FhirServer> {
  const store = new Store(options.journal);
  for await (const resource of options.resources) store.load(resource);
  store.replay();
  const { host = "127.0.0.1", basePath = "/fhir" } = options;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS });
  const port = await listen(server, options.port, host);
  const url = `http://${host === "127.0.0.1" ? "localhost" : host}:${port}${basePath}`;
  const pages = new Pages(store, { baseUrl: url, cursorMilliseconds: options.cursorMilliseconds ?? 600_000 });
  const bulk = new BulkExports(store, url);
  const answer = createHandler(createInteractions(store, pages, url), bulk, url, options.auth);
  return serve(server, { url, port }, answer);
}

export interface FhirProxyOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Loopback port of the server that answers; its FHIR base is at `/fhir`. */
  readonly target: number;
  /** Told of each request that may change what the server holds. */
  readonly onWrite?: () => void;
  /** What its `Retry-After` says instead. Default: what it says. */
  readonly retryAfterSeconds?: number;
}

/**
 * Another FHIR server on loopback, watched, and made to fail, as the embedded one can be. It is told the address that
 * clients ask, and must write its links with it. Rejects when the port is in use.
 */
export async function startFhirProxy(options: FhirProxyOptions): Promise<FhirServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS });
  const port = await listen(server, options.port, "127.0.0.1");
  return serve(server, { url: `http://localhost:${port}/fhir`, port }, createForwarder(options));
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers from now on, and keeps the log and the faults of tests. */
function serve(server: Server, address: Pick<FhirServer, "url" | "port">, answer: Handler): FhirServer {
  const handle: FhirServer = { ...address, requests: [], fault: undefined, close: () => close(server) };
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    remember(handle.requests, `${request.method} ${request.url}`);
    const { fault } = handle;
    if (fault === undefined || !isMeant(fault, request)) return void answer(request, response);
    handle.fault = afterOnce(fault);
    void commit(fault, response, () => answer(request, response));
  });
  return handle;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((listening, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string")
        failed(new Error("the FHIR server listens on no port"));
      else listening(address.port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}

function remember(requests: string[], request: string): void {
  requests.push(request);
  if (requests.length > MAXIMUM_REMEMBERED_REQUESTS) requests.shift();
}

/** `GET /fhir/Patient`, and not what changes something. */
const READING = /^(?:GET|HEAD) |^POST [^ ?]+\/_search(?:\?|$)/;

function createForwarder({ target, onWrite, retryAfterSeconds }: FhirProxyOptions): Handler {
  const forward = forwardTo(target, (headers) =>
    headers["retry-after"] === undefined || retryAfterSeconds === undefined
      ? headers
      : { ...headers, "retry-after": String(retryAfterSeconds) },
  );
  return async function forwardFhir(request, response): Promise<void> {
    if (!READING.test(`${request.method} ${request.url}`)) onWrite?.();
    forward(request, response);
  };
}

function createHandler(
  perform: Perform,
  bulk: BulkExports,
  baseUrl: string,
  auth: FhirServerOptions["auth"],
) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await answerTo(request).catch(answerOf);
    const headers = { "Content-Type": "application/fhir+json; charset=utf-8", ...answer.headers };
    response.writeHead(answer.status, answer.body.length === 0 ? {} : headers);
    response.end(answer.body);
  };

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", baseUrl);
    const path = pathBelow(new URL(baseUrl).pathname, url.pathname);
    if (auth !== undefined && path !== "metadata" && !(await isBearer(request, auth))) return UNAUTHORISED;
    const { method = "GET", headers } = request;
    const { prefer, range } = headers;
    const bulkAnswer = bulk.answer({
      method,
      path,
      query: url.searchParams,
      prefer: prefer?.toString(),
      range,
    });
    return bulkAnswer ?? perform(await interactionOf(request, path, url.searchParams));
  }
}

const UNAUTHORISED: Answer = {
  ...answerOf(new FhirError(401, "login", "a valid bearer token is needed")),
  headers: { "WWW-Authenticate": "Bearer" },
};

async function isBearer({ headers }: IncomingMessage, auth: { verify(token: string): Promise<boolean> }) {
  const [, token] = /^Bearer +([^ ]+)$/i.exec(headers.authorization ?? "") ?? [];
  return token !== undefined && (await auth.verify(token));
}

/** `/fhir/Patient/1` → `Patient/1` */
function pathBelow(basePath: string, path: string): string {
  if (path === basePath) return "";
  if (!path.startsWith(`${basePath}/`))
    throw new FhirError(404, "not-found", `the FHIR base is at ${basePath}`);
  return path.slice(basePath.length + 1);
}

async function interactionOf(
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<Interaction> {
  const { method = "GET", headers } = request;
  const isFresh = /\bno-cache\b/.test(headers["cache-control"] ?? "");
  if (method === "POST" && path.endsWith("/_search")) {
    const form = new URLSearchParams(await readBody(request));
    return { method, path, query: new URLSearchParams([...query, ...form]), isFresh };
  }
  if (method !== "POST" && method !== "PUT") return { method, path, query, isFresh };
  if ("if-none-exist" in headers) throw new FhirError(400, "not-supported", "If-None-Exist is not supported");
  return { method, path, query, resource: parseResource(await readBody(request)) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAXIMUM_BODY_BYTES) throw new FhirError(413, "too-long", "the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
