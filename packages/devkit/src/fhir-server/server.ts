import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AnyResource, isFhirId, isResourceType } from "@aarohan/fhir";
import { commit, type Fault } from "./faults.ts";
import { FhirError, outcomeOf } from "./outcome.ts";
import { Pages } from "./pages.ts";
import { search } from "./search.ts";
import { Store } from "./store.ts";

export interface FhirServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly resources: Iterable<AnyResource>;
  /** File that keeps what clients write. Default: it ends with the process. */
  readonly journal?: string;
  /** How long a page link may be followed. Default 600,000 (10 min). */
  readonly cursorMilliseconds?: number;
}

export interface FhirServer {
  /** `http://localhost:8789/fhir` */
  readonly url: string;
  /** Method and URL of every request so far, for tests. */
  readonly requests: string[];
  /** What is to go wrong, until it is set back to `undefined`; for tests, not to be reached over HTTP. */
  fault: Fault | undefined;
  close(): Promise<void>;
}

const BASE_PATH = "/fhir";
const MAXIMUM_BODY_BYTES = 64 * 1024 * 1024;

/** An in-memory FHIR R4 server on loopback: search, read, write. What it does not support it refuses. */
export async function startFhirServer(options: FhirServerOptions): Promise<FhirServer> {
  const store = new Store(options.journal);
  for (const resource of options.resources) store.load(resource);
  store.replay();
  const requests: string[] = [];
  const handle: { fault: Fault | undefined; answer?: Handler } = { fault: undefined };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (handle.fault !== undefined) commit(handle.fault, response);
    else void handle.answer?.(request, response);
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(options.port, "127.0.0.1", listening);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the FHIR server has no port");
  const url = `http://localhost:${address.port}${BASE_PATH}`;
  const pages = new Pages(store, { baseUrl: url, cursorMilliseconds: options.cursorMilliseconds ?? 600_000 });
  handle.answer = createHandler(store, pages, url);
  return Object.assign(handle, {
    url,
    requests,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  });
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function createHandler(store: Store, pages: Pages, baseUrl: string): Handler {
  return async function handle(request, response) {
    const answer = await route(request).catch(toAnswer);
    response.writeHead(answer.status, {
      "Content-Type": "application/fhir+json; charset=utf-8",
      ...answer.headers,
    });
    response.end(answer.body);
  };

  async function route(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", baseUrl);
    if (!url.pathname.startsWith(BASE_PATH)) throw new FhirError(404, "not-found", "the base is /fhir");
    const [type = "", id = "", ...rest] = url.pathname.slice(BASE_PATH.length + 1).split("/");
    const name = `${request.method} ${type === "" ? "base" : type === "metadata" ? "metadata" : id === "" ? "type" : id === "_search" ? "search" : "instance"}`;
    if (rest.length > 0) throw new FhirError(404, "not-supported", "there is no such interaction");
    if (type !== "" && type !== "metadata" && !isResourceType(type))
      throw new FhirError(404, "not-supported", "unknown resource type");
    switch (name) {
      case "GET metadata":
        return { status: 200, body: capabilities(baseUrl) };
      case "GET base":
        return { status: 200, body: pages.follow(url.searchParams) };
      case "POST base":
        return { status: 200, body: transaction(await readResource(request)) };
      case "GET type":
        return found(type, url.searchParams, url);
      case "POST search": {
        const form = new URLSearchParams(await readBody(request));
        return found(type, new URLSearchParams([...url.searchParams, ...form]), url);
      }
      case "POST type":
        return written(201, store.put(await readResource(request, type), crypto.randomUUID()));
      case "GET instance":
        return written(200, store.get(type, id));
      case "PUT instance":
        if (!isFhirId(id)) throw new FhirError(400, "value", "that is no id");
        return written(200, store.put(await readResource(request, type), id));
      case "DELETE instance":
        store.delete(type, id);
        return { status: 204, body: "" };
      default:
        throw new FhirError(405, "not-supported", "there is no such interaction");
    }
  }

  function found(type: string, query: URLSearchParams, url: URL): Answer {
    return {
      status: 200,
      body: pages.first(search(store, type, query), `${new URL(baseUrl).origin}${url.pathname}${url.search}`),
    };
  }

  function written(status: number, resource: AnyResource): Answer {
    const meta =
      typeof resource.meta === "object" && resource.meta !== null && "versionId" in resource.meta
        ? resource.meta
        : { versionId: "1" };
    return { status, body: pages.text(resource), headers: { ETag: `W/"${meta.versionId}"` } };
  }

  function transaction(bundle: AnyResource): string {
    if (bundle.resourceType !== "Bundle" || !Array.isArray(bundle.entry))
      throw new FhirError(400, "invalid", "a Bundle is expected");
    const resources = bundle.entry.map(({ resource }) => asResource(resource));
    const entry = resources.map((resource) => {
      const stored = store.put(resource, typeof resource.id === "string" ? resource.id : crypto.randomUUID());
      return { response: { status: "201", location: `${stored.resourceType}/${stored.id}` } };
    });
    return JSON.stringify({ resourceType: "Bundle", type: "transaction-response", entry });
  }
}

function toAnswer(error: unknown): Answer {
  const known = error instanceof FhirError ? error : new FhirError(500, "exception", "the server failed");
  return { status: known.status, body: outcomeOf(known) };
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

async function readResource(request: IncomingMessage, type?: string): Promise<AnyResource> {
  const body = await readBody(request);
  const resource = asResource(parse(body));
  if (type !== undefined && resource.resourceType !== type)
    throw new FhirError(400, "invalid", "another resource type is expected");
  return resource;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FhirError(400, "structure", "the body is not JSON");
  }
}

function asResource(value: unknown): AnyResource {
  if (isResource(value)) return value;
  throw new FhirError(400, "structure", "a resource is expected");
}

function isResource(value: unknown): value is AnyResource {
  return (
    typeof value === "object" &&
    value !== null &&
    "resourceType" in value &&
    typeof value.resourceType === "string"
  );
}

function capabilities(baseUrl: string): string {
  return JSON.stringify({
    resourceType: "CapabilityStatement",
    status: "active",
    date: "2026-11-01",
    kind: "instance",
    implementation: { description: "In-memory FHIR server for development", url: baseUrl },
    fhirVersion: "4.0.1",
    format: ["application/fhir+json"],
    rest: [{ mode: "server" }],
  });
}
