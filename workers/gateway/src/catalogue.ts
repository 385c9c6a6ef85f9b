import { EdgeError } from "@aarohan/contract";
import { type AnyResource, type DescribedParameter, negotiate } from "@aarohan/fhir";
import { encodeBundle, encodeNdjson, encodeResource } from "@aarohan/formats";
import type { Context } from "hono";
import { baseUrl } from "./address.ts";
import { answer } from "./answer.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertPlaceForCount, readPairs } from "./search-request.ts";
import { pageOfList, readListPage } from "./whole-list.ts";

/** By what definitions are found; each finds by the element of its own name. */
const TYPES = { _id: "token", code: "token", name: "string", title: "string", url: "uri" } as const;
export type CatalogueParameter = keyof typeof TYPES;

const NOBODY: ReadonlySet<string> = new Set();

export function catalogueParameters(names: readonly CatalogueParameter[]): DescribedParameter[] {
  return names.map((name) => ({
    name,
    type: TYPES[name],
    description: TYPES[name] === "string" ? "Its beginning, in any case." : "The whole of it.",
    targets: [],
    comparators: [],
    takesList: true,
  }));
}

/** A search of definitions that are all at hand: whole, unless `_count` asks for pages. */
export async function answerCatalogue(
  c: Context<GatewayEnv>,
  resourceType: string,
  names: readonly CatalogueParameter[],
  resources: () => readonly AnyResource[] | Promise<readonly AnyResource[]>,
): Promise<Response> {
  const query = await readPairs(c);
  const parameters = [...new Set(query.map(([name]) => shown(name)))].sort();
  c.get("record").describe({ interaction: "search-type", resourceType, parameters });
  const asked = readListPage(query);
  for (const [name] of asked.search) assertKnown(name, resourceType, names);
  const all = await resources();
  const found = all.filter((one) => query.every(([name, value]) => isFound(one, name, value, names)));
  const format = formatOf(c, query.find(([name]) => name === "_format")?.[1]);
  assertPlaceForCount(asked.count, format, "_count");
  const page = pageOfList(found, asked);
  const items = page.items.map((resource) => ({
    resource,
    mode: "match" as const,
    fullUrl: `${baseUrl(c)}/${resourceType}/${resource.id}`,
  }));
  const search = query.length === 0 ? "" : `?${new URLSearchParams(query)}`;
  const self = `${baseUrl(c)}/${resourceType}${search}`;
  const next = page.next === undefined ? undefined : `${baseUrl(c)}/${resourceType}?${page.next}`;
  const head = { self, next, total: found.length, notices: [] };
  const chunks = format === "json" ? encodeBundle(head, items, { pretty: false }) : encodeNdjson(page.items);
  return answer(c, chunks, { ...about(resourceType, items.length), next, format });
}

/** A read of a definition; `undefined` where there is none. */
export function answerOne(
  c: Context<GatewayEnv>,
  resourceType: string,
  resource: AnyResource | undefined,
): Response {
  if (resource === undefined) {
    throw new EdgeError("resource-not-found", `There is no such ${resourceType}.`);
  }
  const format = formatOf(c, c.req.query("_format"));
  const chunks = format === "json" ? encodeResource(resource, { pretty: false }) : encodeNdjson([resource]);
  return answer(c, chunks, { ...about(resourceType, 1), format });
}

function about(resourceType: string, resources: number) {
  return { resourceType, next: undefined, resources, withheld: 0, patients: NOBODY };
}

/** Before anything is looked at: what is refused does not depend on what is found. */
function assertKnown(name: string, resourceType: string, names: readonly CatalogueParameter[]): void {
  if (name === "_format" || names.some((one) => one === name)) return;
  throw new EdgeError("parameter-unknown", `${resourceType}s are found by ${names.join(", ")}.`, {
    parameter: shown(name),
  });
}

function isFound(
  resource: AnyResource,
  name: string,
  value: string,
  names: readonly CatalogueParameter[],
): boolean {
  const known = names.find((one) => one === name);
  if (known === undefined) return true;
  const own = String(resource[known === "_id" ? "id" : known]);
  const values = value.split(",");
  if (TYPES[known] !== "string") return values.includes(own);
  return values.some((one) => own.toLowerCase().startsWith(one.toLowerCase()));
}

/** A definition is no table. */
function formatOf(c: Context<GatewayEnv>, format: string | undefined): "json" | "ndjson" {
  const accept = c.req.header("Accept");
  const negotiated = negotiate({
    ...(format === undefined ? {} : { format }),
    ...(accept === undefined ? {} : { accept }),
  });
  if (negotiated === "csv")
    throw new EdgeError("not-acceptable", "Definitions come as json or ndjson.", { parameter: "_format" });
  return negotiated;
}

function shown(name: string): string {
  return /^_?[A-Za-z-]{1,40}$/.test(name) ? name : "(malformed)";
}
