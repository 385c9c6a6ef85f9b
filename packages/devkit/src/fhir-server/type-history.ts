import type { AnyResource } from "@aarohan/fhir";
import { FhirError } from "./outcome.ts";
import { metaOf } from "./resource-body.ts";
import { countOf } from "./search.ts";
import type { Store } from "./store.ts";

/** The version of a resource that is current; `resource` is absent where that is its deletion. */
interface Version {
  readonly id: string;
  readonly version: string;
  /** Milliseconds since 1970; -1 for a resource that does not say when it was written. */
  readonly at: number;
  readonly resource?: AnyResource;
}

const PARAMETERS = new Set(["_since", "_count", "_after", "_format", "_pretty"]);

/**
 * `GET [type]/_history` (FHIR R4 RESTful API, "history"): newest first, of each resource its current version or its
 * deletion alone, since older versions are forgotten. A page's next link says after which entry to go on, so that writes
 * in between move nothing: what they change stands before it.
 */
export function typeHistory(store: Store, type: string, query: URLSearchParams, baseUrl: string): Buffer {
  for (const name of query.keys())
    if (!PARAMETERS.has(name)) throw new FhirError(400, "not-supported", `${name} is not supported`);
  const since = sinceOf(query.get("_since"));
  const count = Math.max(countOf(query.get("_count")), 1);
  const all = versionsOf(store, type).filter(({ at }) => at >= since);
  const left = all.filter(isAfter(query.get("_after")));
  const page = left.slice(0, count);
  const links = [{ relation: "self", url: `${baseUrl}/${type}/_history?${query}` }];
  const last = page.at(-1);
  if (last !== undefined && left.length > page.length)
    links.push({ relation: "next", url: nextLink(`${baseUrl}/${type}/_history`, query, last) });
  const bundle = {
    resourceType: "Bundle",
    type: "history",
    total: all.length,
    link: links,
    ...(page.length === 0 ? {} : { entry: page.map((version) => entryOf(version, type, baseUrl)) }),
  };
  return Buffer.from(JSON.stringify(bundle));
}

function versionsOf(store: Store, type: string): Version[] {
  const versions: Version[] = [];
  for (const resource of store.resources(type)) {
    if (resource === undefined) continue;
    const { versionId = "1", lastUpdated = "" } = metaOf(resource);
    const at = Date.parse(lastUpdated);
    versions.push({ id: String(resource.id), version: versionId, at: Number.isNaN(at) ? -1 : at, resource });
  }
  for (const [id, { version, at }] of store.deletions(type))
    versions.push({ id, version: String(version), at: Date.parse(at) });
  return versions.sort((a, b) => b.at - a.at || compare(a.id, b.id));
}

function isAfter(position: string | null): (version: Version) => boolean {
  if (position === null) return () => true;
  const [, at, after = ""] = /^(-1|\d+)\/(.+)$/.exec(position) ?? [];
  if (at === undefined) throw new FhirError(400, "value", "_after is no place in a history");
  return (version) =>
    version.at < Number(at) || (version.at === Number(at) && compare(version.id, after) > 0);
}

function nextLink(url: string, query: URLSearchParams, { at, id }: Version): string {
  const next = new URLSearchParams(query);
  next.set("_after", `${at}/${id}`);
  return `${url}?${next}`;
}

function entryOf({ id, version, at, resource }: Version, type: string, baseUrl: string) {
  const isFirst = version === "1";
  const response = {
    status: resource === undefined ? "204 No Content" : isFirst ? "201 Created" : "200 OK",
    etag: `W/"${version}"`,
    ...(at < 0 ? {} : { lastModified: new Date(at).toISOString() }),
  };
  const fullUrl = `${baseUrl}/${type}/${id}`;
  if (resource === undefined)
    return { fullUrl, request: { method: "DELETE", url: `${type}/${id}` }, response };
  const request = isFirst ? { method: "POST", url: type } : { method: "PUT", url: `${type}/${id}` };
  return { fullUrl, resource, request, response };
}

/** By code unit: the same order everywhere. */
function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function sinceOf(text: string | null): number {
  if (text === null) return Number.NEGATIVE_INFINITY;
  // A "+" that the client did not escape arrives as a space.
  const since = Date.parse(text.replace(/ (\d\d:\d\d)$/, "+$1"));
  if (Number.isNaN(since)) throw new FhirError(400, "value", "_since is no instant");
  return since;
}
