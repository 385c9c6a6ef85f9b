import { EdgeError } from "@aarohan/contract";
import type { AdmittedSearch } from "@aarohan/deid";
import { type ElementSubset, type OutputFormat, parseElements, subsetOf } from "@aarohan/fhir";
import {
  formatPage,
  inTotalOrder,
  pageAfter,
  positionAfter,
  releasePage,
  type SearchPosition,
} from "@aarohan/pipeline";
import type { View } from "@aarohan/programme";
import type { UpstreamPage } from "@aarohan/upstream";
import type { Context, Handler } from "hono";
import { baseUrl, resourceType } from "./address.ts";
import { answer } from "./answer.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { nextPage, openPage, pageUrl, selfLink } from "./paging.ts";
import { releaseBy } from "./release-by.ts";
import {
  readSearchRequest,
  readShaped,
  type SearchRequest,
  shaping,
  type TotalWanted,
} from "./search-request.ts";
import { upstreamCall } from "./upstream-call.ts";

/** How a page is to be answered: from the request, or from the link that an earlier page gave. */
interface PagePlan {
  readonly format: OutputFormat;
  readonly pretty: boolean;
  readonly admitted: AdmittedSearch;
  readonly self: string;
  readonly notices: readonly string[];
  /** True where only the number of matches is asked for. */
  readonly countOnly: boolean;
  readonly first: boolean;
  readonly elements: ElementSubset | undefined;
  readonly total: TotalWanted | undefined;
  /** `_elements` and `_total`, for the links. */
  readonly shape: readonly (readonly [string, string])[];
  /** Of the page before; of the first page, what is known of it. */
  readonly position: Omit<SearchPosition, "last">;
  /** `undefined` where nothing can match. */
  readonly fetch: (() => Promise<UpstreamPage>) | undefined;
}

/** `GET /fhir/{type}` and `POST /fhir/{type}/_search` (FHIR R4 §3.1.0.13): rules ▸ upstream page ▸ anonymise ▸ format. */
export function searchType(): Handler<GatewayEnv> {
  return async function searchType(c) {
    const type = resourceType(c);
    const view = c.get("view");
    const known = { interaction: "search-type", resourceType: type, policy: view.policy } as const;
    c.get("record").describe(known);
    view.assertType(type, "search");
    const request = await readSearchRequest(c);
    c.get("record").describe({ ...known, parameters: request.names });
    const plan =
      request.page === undefined ? firstPage(c, type, request) : await laterPage(c, type, request.page);
    return answerPage(c, type, plan);
  };
}

async function answerPage(c: Context<GatewayEnv>, type: string, plan: PagePlan): Promise<Response> {
  const view = c.get("view");
  const page = await plan.fetch?.();
  const released =
    page === undefined
      ? { entries: [], withheld: 0, patients: new Set<string>() }
      : await releasePage(page, {
          ...releaseBy(c),
          visibleOrder: view.visibleOrder(type, plan.admitted.sort),
          matches: (resource) => plan.admitted.matches(resource),
          inclusions: plan.admitted.inclusions,
          pause: () => scheduler.wait(0),
        });
  const next =
    page?.next === undefined
      ? undefined
      : await nextPage(c, type, {
          cursor: page.next,
          format: plan.format,
          pretty: plan.pretty,
          search: [...plan.admitted.self, ...plan.shape],
          position: positionAfter(page, plan.position),
        });
  const head = {
    self: plan.self,
    next,
    total: totalOf(plan, page, released.entries, view),
    notices: plan.notices,
  };
  const { elements } = plan;
  const rows =
    elements === undefined
      ? released.entries
      : released.entries.map(({ resource, mode }) => ({
          resource: mode === "match" ? subsetOf(resource, elements) : resource,
          mode,
        }));
  const chunks = formatPage({ entries: rows }, head, {
    format: plan.format,
    pretty: plan.pretty,
    resourceType: type,
    audience: view.audience,
    answers: view.answers,
    baseUrl: baseUrl(c),
  });
  return answer(c, chunks, {
    format: plan.format,
    resourceType: type,
    next,
    resources: released.entries.length,
    withheld: released.withheld,
    patients: released.patients,
  });
}

/**
 * The number of matches: the upstream's, where it counts nothing that is not shown; else that of a result of one page. If
 * nothing but the number is asked for, an estimate of two significant figures.
 */
function totalOf(
  { admitted, countOnly, first, total: wanted }: PagePlan,
  page: UpstreamPage | undefined,
  released: readonly { readonly mode: string }[],
  view: View,
): number | undefined {
  if (page === undefined) return 0;
  const { total } = page.bundle;
  if (wanted === "none" && !countOnly) return undefined;
  if (admitted.exact && view.consent === undefined) return total;
  if (countOnly) return total === undefined ? undefined : Number(total.toPrecision(2));
  return first && page.next === undefined
    ? released.filter(({ mode }) => mode === "match").length
    : undefined;
}

const ESTIMATED = "total is an estimate of two significant figures.";

function firstPage(c: Context<GatewayEnv>, type: string, request: SearchRequest): PagePlan {
  const view = c.get("view");
  const admitted = view.admit(type, request.parameters, request.handling);
  if (request.handling === "lenient") c.header("Preference-Applied", "handling=lenient");
  const countOnly = request.count === 0;
  const { shape } = shapeOf(type, request);
  const parameters = countOnly ? admitted.upstream : inTotalOrder(admitted.upstream);
  // A server may not count unless it is asked to.
  const isCounted = request.total === "accurate" && admitted.exact && view.consent === undefined;
  const counted: [string, string][] = isCounted && !countOnly ? [["_total", "accurate"]] : [];
  const count: [string, string] = countOnly ? ["_summary", "count"] : ["_count", String(request.count)];
  return {
    format: request.format,
    pretty: request.pretty,
    admitted,
    self: selfLink(c, type, [...admitted.self, ...shape], request),
    notices:
      countOnly && !(admitted.exact && view.consent === undefined)
        ? [...admitted.notices, ESTIMATED]
        : admitted.notices,
    countOnly,
    first: true,
    ...shapeOf(type, request),
    position: { started: Date.now(), count: request.count },
    fetch: admitted.empty
      ? undefined
      : () => c.get("tenant").upstream.search(type, [...parameters, count, ...counted], upstreamCall(c)),
  };
}

function shapeOf(type: string, request: Pick<SearchRequest, "elements" | "total">) {
  const { elements, total } = request;
  return {
    elements: elements === undefined ? undefined : parseElements(elements, type),
    total,
    shape: shaping(request),
  };
}

async function laterPage(c: Context<GatewayEnv>, type: string, token: string): Promise<PagePlan> {
  const link = await openPage(c, type, token);
  const { position } = link;
  if (position === undefined) throw new Error("a page link of a search has no position");
  // Asked again: a rule that has changed since holds for the later pages, too.
  const asked = readShaped(link.search);
  const admitted = c.get("view").admit(type, asked.parameters, "strict");
  return {
    format: link.format,
    pretty: link.pretty,
    admitted,
    self: pageUrl(c, type, token),
    notices: [],
    countOnly: false,
    first: false,
    ...shapeOf(type, asked),
    position,
    fetch: () => followed(c, type, link.cursor, admitted, position),
  };
}

/** The upstream forgets its cursors after a while, or when it is started anew: then the search is found again. */
async function followed(
  c: Context<GatewayEnv>,
  type: string,
  cursor: string,
  admitted: AdmittedSearch,
  position: SearchPosition,
): Promise<UpstreamPage> {
  const { upstream } = c.get("tenant");
  const call = upstreamCall(c);
  try {
    return await upstream.follow(cursor, call);
  } catch (error) {
    if (!(error instanceof EdgeError) || error.code !== "page-expired") throw error;
    return pageAfter(upstream, type, admitted.upstream, position, call);
  }
}
