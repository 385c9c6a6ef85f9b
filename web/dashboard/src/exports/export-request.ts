import type { ListedExport } from "./export-job.ts";

export type ExportFormat = ListedExport["format"];

/** What is asked of a new export; it stands in the form's address, so that a copy of an export is a link. */
export interface ExportRequest {
  /** "" for the system, `Patient`, or `Group/<id>`. */
  readonly of: string;
  readonly types: readonly string[];
  readonly format: ExportFormat;
  /** A day; "" for everything. */
  readonly since: string;
  /** `Type?search`. */
  readonly filters: readonly string[];
}

/** Of which type a filter is. */
function filteredType(filter: string): string {
  return filter.split("?", 1)[0] ?? "";
}

export function requestOfQuery(query: URLSearchParams): ExportRequest {
  const format = query.get("format");
  return {
    of: query.get("of") ?? "",
    types: query.getAll("type"),
    format: format === "csv" || format === "parquet" ? format : "ndjson",
    since: query.get("since") ?? "",
    filters: query.getAll("filter"),
  };
}

/** The form's address that stands for a request. */
export function newExportHref({ of, types, format, since, filters }: ExportRequest): string {
  const query = new URLSearchParams();
  if (of !== "") query.set("of", of);
  for (const type of types) query.append("type", type);
  if (format !== "ndjson") query.set("format", format);
  if (since !== "") query.set("since", since);
  for (const filter of filters) query.append("filter", filter);
  return query.size === 0 ? "/exports/new" : `/exports/new?${query}`;
}

const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  ndjson: "application/fhir+ndjson",
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
};

/** The kick-off request (FHIR Bulk Data Access): the same address for the form and for the lines to copy. */
export function kickOffPath({ of, types, format, since, filters }: ExportRequest): string {
  const query = new URLSearchParams({ _outputFormat: MEDIA_TYPES[format] });
  if (types.length > 0) query.set("_type", types.join(","));
  if (since !== "") query.set("_since", `${since}T00:00:00Z`);
  for (const filter of filters) query.append("_typeFilter", filter);
  return `/fhir/${of === "" ? "" : `${of}/`}$export?${query}`;
}

/** What the form has; `_format` is of the kick-off's own answer. */
const IN_FORM: ReadonlySet<string> = new Set(["_outputFormat", "_type", "_since", "_typeFilter", "_format"]);
/** As the form asks for it. */
const DAY = /^\d{4}-\d\d-\d\d(?:T00:00:00(?:\.0+)?Z)?$/;

/** Whether the form can order the same once more: all of the order is in its address, and nothing that the form lacks. */
export function isRepeatable({ requestUrl, hasBody }: ListedExport): boolean {
  if (requestUrl === undefined || hasBody === true) return false;
  const asked = [...new URL(requestUrl, "http://gateway").searchParams];
  return asked.every(([name, value]) => IN_FORM.has(name) && (name !== "_since" || DAY.test(value)));
}

/** An earlier export as a request for another: by its own request where that is known, else by what the list tells. */
export function requestOfJob(job: ListedExport): ExportRequest {
  const { types, format } = job;
  const known = new URL(job.requestUrl ?? "/", "http://gateway");
  const of = /\/((?:Patient|Group\/[^/]+)\/)?\$export$/.exec(known.pathname)?.[1] ?? "";
  return {
    of: of.slice(0, -1),
    types,
    format,
    since: known.searchParams.get("_since")?.slice(0, 10) ?? "",
    filters: known.searchParams.getAll("_typeFilter"),
  };
}

/** Searches that count or show what the export of a type would hold: one for each filter, for any of which it is taken. */
export function searchesOf({ since, filters }: ExportRequest, type: string): string[] {
  const own = filters.filter((filter) => filteredType(filter) === type && filter.includes("?"));
  const queries = own.length === 0 ? [""] : own.map((filter) => filter.slice(filter.indexOf("?") + 1));
  return queries.map((text) => {
    const query = new URLSearchParams(text);
    if (since !== "") query.append("_lastUpdated", `ge${since}`);
    return `/fhir/${type}?${query}`;
  });
}

/** Filters of no chosen type, and those that are no search: the gateway would refuse them. */
export function misplacedFilters({ types, filters }: ExportRequest): string[] {
  return filters.filter((filter) => !filter.includes("?") || !types.includes(filteredType(filter)));
}

export function isReady(request: ExportRequest): boolean {
  return request.types.length > 0 && request.of !== "Group/" && misplacedFilters(request).length === 0;
}
