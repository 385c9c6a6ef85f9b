/** What the trail can be asked by, each a parameter of the address and of the search. */
export const AUDIT_FILTERS = [
  "from",
  "until",
  "agent",
  "altid",
  "agent-role",
  "subtype",
  "entity-type",
  "outcome",
  "entity",
  "_id",
] as const;

export type AuditFilter = (typeof AUDIT_FILTERS)[number];
export type AuditFilters = Readonly<Partial<Record<AuditFilter, string>>>;

const ROWS_PER_PAGE = 100;

export function filtersOfQuery(query: URLSearchParams): AuditFilters {
  return Object.fromEntries(
    AUDIT_FILTERS.flatMap((name) => {
      const value = query.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    }),
  );
}

/** The search of the first page (docs/audit.md, Asking), as CSV: what is shown is what can be had. */
export function auditSearch(filters: AuditFilters): string {
  const query = new URLSearchParams();
  for (const name of AUDIT_FILTERS) {
    const value = filters[name];
    if (value === undefined) continue;
    const [parameter, text] = parameterOf(name, value);
    query.append(parameter, text);
  }
  query.set("_count", String(ROWS_PER_PAGE));
  query.set("_format", "csv");
  return `/fhir/AuditEvent?${query}`;
}

/** Days are the user's words; the trail's is `date`, twice. */
function parameterOf(name: AuditFilter, value: string): [name: string, value: string] {
  if (name === "from") return ["date", `ge${value}`];
  if (name === "until") return ["date", `le${value}`];
  if (name === "entity") return ["entity", value.includes("/") ? value : `Patient/${value}`];
  // A comma would make a list of it (FHIR R4 §3.1.1.4.0.1).
  return [name, value.replaceAll(",", "\\,")];
}
