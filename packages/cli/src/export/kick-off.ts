import { ExportFault, faultOf } from "./export-fault.ts";
import type { Session } from "./gateway-client.ts";
import { retryAfterSeconds } from "./waiting.ts";

export const MEDIA_TYPES = {
  ndjson: "application/fhir+ndjson",
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
} as const;

/** What is ordered. */
export interface Selection {
  readonly level: "system" | "patient" | { readonly group: string };
  readonly format: keyof typeof MEDIA_TYPES;
  readonly types: readonly string[];
  readonly typeFilters: readonly string[];
  readonly elements: readonly string[];
  readonly patients: readonly string[];
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** Address of a kick-off, with everything in its query (FHIR Bulk Data Access, kick-off request). */
export function kickOffUrl(base: URL, selection: Selection): URL {
  const { level, format, types, typeFilters, elements, patients, since, until } = selection;
  const url = new URL(`${base.href}${levelPath(level)}$export`);
  const parameters = url.searchParams;
  parameters.set("_outputFormat", MEDIA_TYPES[format]);
  if (types.length > 0) parameters.set("_type", types.join(","));
  if (elements.length > 0) parameters.set("_elements", elements.join(","));
  for (const filter of typeFilters) parameters.append("_typeFilter", filter);
  for (const patient of patients) parameters.append("patient", patient);
  if (since !== undefined) parameters.set("_since", since);
  if (until !== undefined) parameters.set("_until", until);
  return url;
}

function levelPath(level: Selection["level"]): string {
  if (level === "system") return "";
  return level === "patient" ? "Patient/" : `Group/${encodeURIComponent(level.group)}/`;
}

/** Address of a job's state. `base` ends with a slash. */
export function statusUrl(base: URL, job: string): URL {
  return new URL(`${base.href}$export-poll-status?job=${job}`);
}

/** Orders the export; returns the address of its state. Throws an ExportFault that says why it was refused. */
export async function kickOff(url: URL, session: Session): Promise<URL> {
  const response = await session.client.ask(url, {
    headers: { Accept: "application/fhir+json", Prefer: "respond-async" },
  });
  if (response.status !== 202) throw await refusal(response);
  await response.body?.cancel();
  const location = URL.parse(response.headers.get("Content-Location") ?? "", url.href);
  if (location === null) throw new ExportFault("The gateway did not say where the export's state is.");
  return location;
}

async function refusal(response: Response): Promise<ExportFault> {
  const fault = await faultOf(response, "The export was refused");
  if (response.status === 429) {
    const minutes = Math.ceil(retryAfterSeconds(response, 3600) / 60);
    return new ExportFault(
      `${fault.message} Repeat in ${minutes} min; --job goes on with one that was ordered already.`,
      fault.code,
    );
  }
  if (fault.code !== "pseudonym-key-changed") return fault;
  return new ExportFault(
    `${fault.message} Since then everybody has another pseudonym: export everything once, without --since, into another folder.`,
    fault.code,
  );
}
