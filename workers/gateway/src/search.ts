import { EdgeError } from "@aarohan/contract";
import type { AdmittedSearch } from "@aarohan/deid";
import { type OutputFormat, parseElements, subsetOf } from "@aarohan/fhir";
import {
  countShown,
  formatPage,
  type GatheredPage,
  gatherPage,
  inTotalOrder,
  LEAST_WINDOW,
  pageAfter,
  type ReleaseOptions,
  type ShownPlace,
} from "@aarohan/pipeline";
import type { UpstreamPage } from "@aarohan/upstream";
import type { Context, Handler } from "hono";
import { baseUrl, resourceType } from "./address.ts";
import { answer } from "./answer.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { nextPage, openPage, pageUrl, selfLink } from "./paging.ts";
import { releaseOf } from "./release-of.ts";
import { readSearchRequest, readShaped, type SearchRequest, shaping } from "./search-request.ts";
import { upstreamCall } from "./upstream-call.ts";

/** A search that is answered: from the request, or from the link that an earlier page gave. */
interface AnsweredSearch extends Pick<SearchRequest, "elements" | "total"> {
  readonly type: string;
  readonly format: OutputFormat;
  readonly pretty: boolean;
  readonly admitted: AdmittedSearch;
  readonly self: string;
  readonly first: boolean;
  /** Entries per page; 0 where only the number is asked for. */
  readonly count: number;
  readonly started: number;
  readonly place: ShownPlace;
}

const COUNTING_WINDOW = 1000;
const NOTHING: GatheredPage = {
  entries: [],
  withheld: 0,
  patients: new Set(),
  next: undefined,
  upstreamTotal: 0,
};

/** `GET /fhir/{type}` and `POST /fhir/{type}/_search` (FHIR R4 §3.1.0.13): rules ▸ upstream ▸ consent ▸ anonymise ▸ format. */
export function searchType(): Handler<GatewayEnv> {
  return async function searchType(c) {
    const type = resourceType(c);
    const view = c.get("view");
    const known = { interaction: "search-type", resourceType: type, policy: view.policy } as const;
    c.get("record").describe(known);
    view.assertType(type, "search");
    const request = await readSearchRequest(c);
    c.get("record").describe({ ...known, parameters: request.names });
    const search =
      request.page === undefined ? firstPage(c, type, request) : await laterPage(c, type, request.page);
    // Wrong names are told before anything is asked.
    const subset = search.elements === undefined ? undefined : parseElements(search.elements, type);
    const { page, total, notices } =
      search.count === 0 ? await counted(c, search) : await gathered(c, search);
    const next = page.next === undefined ? undefined : await nextLink(c, search, page.next);
    const entries = page.entries.map(({ resource, mode }) => ({
      resource: subset === undefined || mode === "include" ? resource : subsetOf(resource, subset),
      mode,
    }));
    const { format, pretty, self } = search;
    const told = [...(search.first ? search.admitted.notices : []), ...notices];
    const head = { self, next, total, notices: told };
    const { audience, answers } = view;
    // Of identified data the programme's server refuses what it does not know, whatever the caller prefers.
    if (request.handling === "lenient" && search.first && audience === "anonymised")
      c.header("Preference-Applied", "handling=lenient");
    const layout = { format, pretty, resourceType: type, audience, answers, baseUrl: baseUrl(c) };
    return answer(c, formatPage({ entries }, head, layout), {
      format,
      resourceType: type,
      next,
      resources: entries.length,
      withheld: page.withheld,
      patients: page.patients,
      notices: told,
    });
  };
}

function firstPage(c: Context<GatewayEnv>, type: string, request: SearchRequest): AnsweredSearch {
  const { format, pretty, elements, total, count, handling } = request;
  const admitted = c.get("view").admit(type, request.parameters, handling);
  return {
    type,
    format,
    pretty,
    admitted,
    elements,
    total,
    count,
    self: selfLink(c, type, [...admitted.self, ...shaping(request)], request),
    first: true,
    started: Date.now(),
    place: { offset: 0 },
  };
}

async function laterPage(c: Context<GatewayEnv>, type: string, token: string): Promise<AnsweredSearch> {
  const { format, pretty, search, count, started, place } = await openPage(c, type, token);
  const { parameters, elements, total } = readShaped(search);
  // Asked again: a rule that has changed since holds for the later pages, too.
  const admitted = c.get("view").admit(type, parameters, "strict");
  const self = pageUrl(c, type, token);
  return { type, format, pretty, admitted, elements, total, count, self, first: false, started, place };
}

interface Answered {
  readonly page: GatheredPage;
  readonly total: number | undefined;
  readonly notices: readonly string[];
}

/** True where the upstream finds exactly what is shown. */
function isExact(c: Context<GatewayEnv>, { admitted }: AnsweredSearch): boolean {
  const { consent, isAuthorised } = c.get("view");
  return admitted.exact && consent === undefined && isAuthorised === undefined;
}

async function gathered(c: Context<GatewayEnv>, search: AnsweredSearch): Promise<Answered> {
  const { admitted, count, first, started } = search;
  const { audience, isAuthorised } = c.get("view");
  const hidesNothing = audience === "identified" && isAuthorised === undefined;
  const windowSize = hidesNothing ? count : Math.max(count, LEAST_WINDOW);
  const page = admitted.empty
    ? NOTHING
    : await gatherPage(search.place, {
        count,
        windowSize,
        hidesNothing,
        started,
        fetch: (place) => fetchWindow(c, search, windowSize, place),
        release: releaseOptions(c, search),
      });
  const isWhole = first && page.next === undefined;
  const shown = page.entries.filter(({ mode }) => mode === "match").length;
  const known = isExact(c, search) ? page.upstreamTotal : isWhole ? shown : undefined;
  return { page, total: search.total === "none" ? undefined : known, notices: [] };
}

/** Only the number: the upstream's, where it counts nothing that is not shown; else what is shown is counted. */
async function counted(c: Context<GatewayEnv>, search: AnsweredSearch): Promise<Answered> {
  const { admitted, type, started } = search;
  if (admitted.empty) return { page: NOTHING, total: 0, notices: [] };
  if (isExact(c, search)) {
    const parameters = [...admitted.upstream, ["_summary", "count"] as const];
    const { bundle } = await c.get("tenant").upstream.search(type, parameters, upstreamCall(c));
    return { page: NOTHING, total: bundle.total, notices: [] };
  }
  const { total, withheld } = await countShown({
    started,
    windowSize: COUNTING_WINDOW,
    fetch: (place) => fetchWindow(c, search, COUNTING_WINDOW, place),
    release: releaseOptions(c, search),
  });
  const notices = total === undefined ? ["There are more than are counted here: narrow the search."] : [];
  return { page: { ...NOTHING, withheld }, total, notices };
}

function releaseOptions(c: Context<GatewayEnv>, { type, admitted }: AnsweredSearch): ReleaseOptions {
  return {
    ...releaseOf(c),
    visibleOrder: c.get("view").visibleOrder(type, admitted.sort),
    matches: (resource) => admitted.matches(resource),
    inclusions: admitted.inclusions,
    pause: () => scheduler.wait(0),
  };
}

/** The upstream forgets its cursors after a while, or when it is started anew: then the window is found again. */
async function fetchWindow(
  c: Context<GatewayEnv>,
  { type, admitted, total }: AnsweredSearch,
  windowSize: number,
  { cursor, before }: ShownPlace,
): Promise<UpstreamPage> {
  const { upstream } = c.get("tenant");
  const call = upstreamCall(c);
  if (cursor === undefined || before === undefined) {
    const parameters = [...inTotalOrder(admitted.upstream), ["_count", String(windowSize)] as const];
    // A server may not count unless it is asked to.
    if (total === "accurate") parameters.push(["_total", "accurate"]);
    return upstream.search(type, parameters, call);
  }
  try {
    return await upstream.follow(cursor, call);
  } catch (error) {
    if (!(error instanceof EdgeError) || error.code !== "page-expired") throw error;
    return pageAfter(upstream, type, admitted.upstream, before, call);
  }
}

function nextLink(c: Context<GatewayEnv>, search: AnsweredSearch, place: ShownPlace): Promise<string> {
  const { type, format, pretty, count, started, admitted } = search;
  const asked = [...admitted.self, ...shaping(search)];
  return nextPage(c, type, { place, format, pretty, count, started, search: asked });
}
