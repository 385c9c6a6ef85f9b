import { EdgeError, MAXIMUM_PAGE_BYTES, MAXIMUM_RESOURCE_BYTES } from "@aarohan/contract";
import { type BundlePage, type DescribedType, isFhirId, isResourceType, splitBundle } from "@aarohan/fhir";
import { discardBody, readBounded } from "./bounded-body.ts";
import type { Call } from "./call.ts";
import { readCapabilities } from "./capabilities.ts";
import { createExchange, type ReadRequest } from "./exchange.ts";
import { type HistoryPage, readHistory } from "./history-page.ts";
import { assertAnswered } from "./upstream-answer.ts";
import type { UpstreamConfig, UpstreamPorts } from "./upstream-config.ts";
import { createUpstreamLinks } from "./upstream-links.ts";

export interface UpstreamPage {
  readonly bytes: Uint8Array;
  readonly bundle: BundlePage;
  /** Cursor of the next page, relative to the base; `undefined` on the last. */
  readonly next: string | undefined;
}

/**
 * The programme's FHIR server. Every fault is an EdgeError with its own code, within the configured time; where the
 * caller's signal is aborted, its reason is thrown. A page is held once, twice for a moment where its length was not
 * announced.
 */
export interface Upstream {
  /** First page (FHIR R4 §3.1.1). Throws `search-refused`, with the parameter's name where the server names one. */
  search(
    resourceType: string,
    parameters: readonly (readonly [string, string])[],
    call: Call,
  ): Promise<UpstreamPage>;
  /** A later page. Throws `page-expired` where the server has forgotten it. */
  follow(cursor: string, call: Call): Promise<UpstreamPage>;
  /** The bytes of one resource; `undefined` where there is none, or none any more. */
  read(resourceType: string, id: string, call: Call): Promise<Uint8Array | undefined>;
  /**
   * What was written and deleted of a type since an instant (milliseconds since 1970), newest first; `undefined` where the
   * server keeps no history of it. A cursor leads to a later page: throws `page-expired` where the server has forgotten it.
   */
  history(
    resourceType: string,
    from: { readonly since: number } | { readonly cursor: string },
    call: Call,
  ): Promise<HistoryPage | undefined>;
  /** The types that it reads and searches, and by what: of its CapabilityStatement. */
  capabilities(call: Call): Promise<readonly DescribedType[]>;
  /** True when the server answers its CapabilityStatement, whose body is not read. */
  isReachable(call: Call): Promise<boolean>;
  /** Its clock, by the `Date` of an answer: milliseconds since 1970, cut to seconds; `undefined` where it sends none. */
  serverTime(call: Call): Promise<number | undefined>;
}

/**
 * Longer queries go by `POST _search`: servers and proxies cut long URLs. Others go by GET, which every server supports
 * and answers from its search cache; their values then stand in the programme's own access log.
 */
const LONGEST_QUERY_BYTES = 4096;

/** Versions per page of a history. */
const HISTORY_PAGE = 500;
/** What servers answer that keep no history of a type. */
const WITHOUT_HISTORY: ReadonlySet<number> = new Set([400, 404, 405, 422, 501]);

/** Throws an Error that names the setting for a base URL or an alias that cannot be one. */
export function createUpstream(config: UpstreamConfig, ports: UpstreamPorts = {}): Upstream {
  const {
    maximumPageBytes = MAXIMUM_PAGE_BYTES,
    maximumResourceBytes = MAXIMUM_RESOURCE_BYTES,
    passOverOversized = false,
  } = config;
  const now = ports.now ?? Date.now;
  const links = createUpstreamLinks(config.baseUrl, config.linkAliases);
  const exchange = createExchange(config, ports);

  async function page(
    request: ReadRequest,
    call: Call,
    context: { readonly interaction: "search" | "page"; readonly parameterNames: readonly string[] },
  ): Promise<UpstreamPage> {
    const bytes = await exchange(request, call, async function receivePage(response) {
      await assertAnswered(response, { ...context, now: now() });
      return readBounded(response, maximumPageBytes);
    });
    if (bytes === undefined) throw pageTooLarge(maximumPageBytes);
    const bundle = splitBundle(bytes, { maximumResourceBytes, passOverOversized });
    const next = bundle.links.get("next");
    return { bytes, bundle, next: next === undefined ? undefined : links.toCursor(next) };
  }

  return {
    async search(resourceType, parameters, call) {
      assertType(resourceType);
      const request = searchRequest(`${links.base}/${resourceType}`, parameters);
      return page(request, call, {
        interaction: "search",
        parameterNames: parameters.map(([name]) => name),
      });
    },
    async follow(cursor, call) {
      const request: ReadRequest = { method: "GET", url: links.toUrl(cursor) };
      return page(request, call, { interaction: "page", parameterNames: [] });
    },
    async read(resourceType, id, call) {
      assertType(resourceType);
      if (!isReadableId(id)) return undefined;
      const url = `${links.base}/${resourceType}/${id}`;
      return exchange({ method: "GET", url }, call, async function receiveResource(response) {
        if (response.status === 404 || response.status === 410) {
          discardBody(response);
          return undefined;
        }
        await assertAnswered(response, { interaction: "read", parameterNames: [], now: now() });
        const bytes = await readBounded(response, maximumResourceBytes);
        if (bytes === undefined) throw resourceTooLarge(maximumResourceBytes);
        return bytes;
      });
    },
    async history(resourceType, from, call) {
      assertType(resourceType);
      const isFirst = "since" in from;
      const url = isFirst
        ? `${links.base}/${resourceType}/_history?_since=${new Date(from.since).toISOString()}&_count=${HISTORY_PAGE}`
        : links.toUrl(from.cursor);
      return exchange({ method: "GET", url }, call, async function receiveHistory(response) {
        if (isFirst && WITHOUT_HISTORY.has(response.status)) {
          discardBody(response);
          return undefined;
        }
        const interaction = isFirst ? "read" : "page";
        await assertAnswered(response, { interaction, parameterNames: [], now: now() });
        const bytes = await readBounded(response, maximumPageBytes);
        if (bytes === undefined) throw pageTooLarge(maximumPageBytes);
        const { versions, nextLink } = readHistory(bytes, resourceType);
        return { versions, next: nextLink === undefined ? undefined : links.toCursor(nextLink) };
      });
    },
    async capabilities(call) {
      const url = `${links.base}/metadata`;
      return exchange({ method: "GET", url }, call, async function receiveCapabilities(response) {
        await assertAnswered(response, { interaction: "read", parameterNames: [], now: now() });
        const bytes = await readBounded(response, maximumResourceBytes);
        if (bytes === undefined) throw resourceTooLarge(maximumResourceBytes);
        return readCapabilities(bytes);
      });
    },
    async serverTime(call) {
      const url = `${links.base}/metadata`;
      return exchange({ method: "GET", url }, call, async function receiveTime(response) {
        await assertAnswered(response, { interaction: "read", parameterNames: [], now: now() });
        discardBody(response);
        const time = Date.parse(response.headers.get("Date") ?? "");
        return Number.isNaN(time) ? undefined : time;
      });
    },
    async isReachable(call) {
      try {
        const url = `${links.base}/metadata`;
        return await exchange({ method: "GET", url }, call, async function receiveStatus(response) {
          discardBody(response);
          return response.ok;
        });
      } catch (error) {
        if (error instanceof EdgeError) return false;
        throw error;
      }
    },
  };
}

function searchRequest(url: string, parameters: readonly (readonly [string, string])[]): ReadRequest {
  const query = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
  if (query.length > LONGEST_QUERY_BYTES) return { method: "POST", url: `${url}/_search`, body: query };
  return { method: "GET", url: query === "" ? url : `${url}?${query}` };
}

/** `.` and `..` are ids by their characters (FHIR R4 §2.24.0.1), and ways out in a URL. */
function isReadableId(id: string): boolean {
  return isFhirId(id) && id !== "." && id !== "..";
}

function assertType(resourceType: string): void {
  if (!isResourceType(resourceType))
    throw new EdgeError("resource-type-unknown", "FHIR R4 has no such resource type.");
}

function pageTooLarge(maximumBytes: number): EdgeError {
  return new EdgeError(
    "upstream-page-too-large",
    `The programme's server answered more than ${maximumBytes} bytes: ask for fewer resources per page (_count).`,
  );
}

function resourceTooLarge(maximumBytes: number): EdgeError {
  return new EdgeError("upstream-resource-too-large", `The resource is larger than ${maximumBytes} bytes.`);
}
