import { EdgeError, MAXIMUM_PAGE_BYTES, MAXIMUM_RESOURCE_BYTES } from "@aarohan/contract";
import { type BundlePage, isFhirId, isResourceType, splitBundle } from "@aarohan/fhir";
import { readBounded } from "./bounded-body.ts";
import { createTokenSource, type TokenSource } from "./client-credentials.ts";
import { assertAnswered } from "./upstream-answer.ts";
import type { UpstreamConfig, UpstreamPorts } from "./upstream-config.ts";
import { createUpstreamLinks } from "./upstream-links.ts";

/** One call on behalf of one request. */
export interface Call {
  /** Sent as `X-Request-Id`, so that the server's log and ours can be joined. */
  readonly requestId: string;
  /** The caller's Authorization header; used with forwarded credentials alone. */
  readonly authorization?: string;
}

export interface UpstreamPage {
  readonly bytes: Uint8Array;
  readonly bundle: BundlePage;
  /** Cursor of the next page, relative to the base; `undefined` on the last. */
  readonly next: string | undefined;
}

/** The programme's FHIR server. Every fault is an EdgeError with its own code, within the configured time. */
export interface Upstream {
  search(
    resourceType: string,
    parameters: readonly (readonly [string, string])[],
    call: Call,
  ): Promise<UpstreamPage>;
  /** A later page. Throws `page-expired` where the server has forgotten it. */
  follow(cursor: string, call: Call): Promise<UpstreamPage>;
  /** The bytes of one resource; `undefined` where there is none, or none any more. */
  read(resourceType: string, id: string, call: Call): Promise<Uint8Array | undefined>;
  /** True when the server answers its CapabilityStatement. */
  isReachable(call: Call): Promise<boolean>;
}

/** Queries longer than this go by `POST _search`: servers and proxies cut long URLs. */
const LONGEST_QUERY = 4096;
const RETRY_AFTER_AT_MOST_SECONDS = 2;

interface Exchange {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly body?: string;
}

export function createUpstream(config: UpstreamConfig, ports: UpstreamPorts = {}): Upstream {
  const fetcher = ports.fetch ?? ((input, init) => fetch(input, init));
  const now = ports.now ?? Date.now;
  const sleep = ports.sleep ?? ((milliseconds) => new Promise((done) => setTimeout(done, milliseconds)));
  const timeout = config.timeoutMilliseconds ?? 30_000;
  const pageBytes = config.maximumPageBytes ?? MAXIMUM_PAGE_BYTES;
  const resourceBytes = config.maximumResourceBytes ?? MAXIMUM_RESOURCE_BYTES;
  const links = createUpstreamLinks(config.baseUrl, config.linkAliases);
  const tokens: TokenSource | undefined =
    config.credentials.kind === "client-credentials"
      ? createTokenSource(config.credentials, fetcher, now)
      : undefined;

  /** The whole exchange under one time limit; a response whose body is read elsewhere would escape it. */
  async function exchange<T>(
    request: Exchange,
    call: Call,
    use: (response: Response) => Promise<T>,
  ): Promise<T> {
    const signal = AbortSignal.timeout(timeout);
    try {
      return await use(await sendTwice(request, call, signal));
    } catch (error) {
      if (error instanceof EdgeError) throw error;
      throw signal.aborted
        ? new EdgeError(
            "upstream-timeout",
            `The programme's server did not answer within ${timeout / 1000} s.`,
          )
        : new EdgeError("upstream-unreachable", "The programme's server cannot be reached.", {
            retryAfterSeconds: 10,
          });
    }
  }

  /** One retry: reads change nothing, and a dropped connection or a moment's overload is common. */
  async function sendTwice(request: Exchange, call: Call, signal: AbortSignal): Promise<Response> {
    let wait: number;
    try {
      const response = await send(request, call, signal);
      const pause = retryPause(response);
      if (pause === undefined) return response;
      await response.body?.cancel();
      wait = pause;
    } catch (error) {
      if (signal.aborted || error instanceof EdgeError) throw error;
      wait = 50 + Math.random() * 100;
    }
    await sleep(wait);
    signal.throwIfAborted();
    return send(request, call, signal);
  }

  function retryPause(response: Response): number | undefined {
    if (response.status === 401 && tokens !== undefined) {
      tokens.forget();
      return 0;
    }
    if (![502, 503, 504].includes(response.status)) return undefined;
    const seconds = Number(response.headers.get("Retry-After") ?? 0);
    return seconds <= RETRY_AFTER_AT_MOST_SECONDS ? Math.max(100, seconds * 1000) : undefined;
  }

  async function send({ method, url, body }: Exchange, call: Call, signal: AbortSignal): Promise<Response> {
    const authorization = await authorizationOf(call, signal);
    return fetcher(url, {
      method,
      // A redirect could lead to another host, and would carry the credentials there.
      redirect: "manual",
      signal,
      headers: {
        Accept: "application/fhir+json",
        // Otherwise a parameter that the server does not know is silently ignored, and everything comes back.
        Prefer: "handling=strict",
        "X-Request-Id": call.requestId,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...(body === undefined ? {} : { "Content-Type": "application/x-www-form-urlencoded" }),
      },
      ...(body === undefined ? {} : { body }),
    });
  }

  async function authorizationOf(call: Call, signal: AbortSignal): Promise<string | undefined> {
    if (tokens !== undefined) return `Bearer ${await tokens.token(signal)}`;
    return config.credentials.kind === "forward" ? call.authorization : undefined;
  }

  async function page(request: Exchange, call: Call, expired: boolean): Promise<UpstreamPage> {
    return exchange(request, call, async (response) => {
      await assertAnswered(response, { expired, now: now() });
      const bytes = await readBounded(response, pageBytes);
      const bundle = splitBundle(bytes, { maximumResourceBytes: resourceBytes });
      const next = bundle.links.get("next");
      return { bytes, bundle, next: next === undefined ? undefined : links.toCursor(next) };
    });
  }

  return {
    async search(resourceType, parameters, call) {
      assertType(resourceType);
      const query = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
      const url = `${links.base}/${resourceType}`;
      const request: Exchange =
        query.length <= LONGEST_QUERY
          ? { method: "GET", url: query === "" ? url : `${url}?${query}` }
          : { method: "POST", url: `${url}/_search`, body: query };
      return page(request, call, false);
    },
    async follow(cursor, call) {
      return page({ method: "GET", url: links.toUrl(cursor) }, call, true);
    },
    async read(resourceType, id, call) {
      assertType(resourceType);
      if (!isFhirId(id)) return undefined;
      return exchange(
        { method: "GET", url: `${links.base}/${resourceType}/${id}` },
        call,
        async (response) => {
          if (response.status === 404 || response.status === 410) {
            await response.body?.cancel();
            return undefined;
          }
          await assertAnswered(response, { expired: false, now: now() });
          return readResource(response, resourceBytes);
        },
      );
    },
    async isReachable(call) {
      const request: Exchange = { method: "GET", url: `${links.base}/metadata` };
      try {
        return await exchange(request, call, async (response) => {
          await response.body?.cancel();
          return response.ok;
        });
      } catch {
        return false;
      }
    },
  };
}

async function readResource(response: Response, maximumBytes: number): Promise<Uint8Array> {
  try {
    return await readBounded(response, maximumBytes);
  } catch (error) {
    if (!(error instanceof EdgeError) || error.code !== "upstream-page-too-large") throw error;
    throw new EdgeError("upstream-resource-too-large", `The resource is larger than ${maximumBytes} bytes.`);
  }
}

function assertType(resourceType: string): void {
  if (!isResourceType(resourceType))
    throw new EdgeError("resource-type-unknown", "FHIR R4 has no such resource type.");
}
