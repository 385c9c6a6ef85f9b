import type { AnyResource } from "@aarohan/fhir";
import { createUpstream } from "@aarohan/upstream";

const BASE = "https://fhir.example.org/fhir";

interface Version {
  readonly resource: AnyResource;
  readonly at: number;
  readonly isDeletion: boolean;
}

/** As much of the programme's server as indicators read, in memory, and its tenant as the exporter sees it. */
export class ProgrammeServer {
  readonly #versions: Version[] = [];
  /** Patients whose data are withheld. */
  readonly withheld = new Set<string>();
  /** Is awaited before each answer: may change something, throw, or answer itself. */
  before: (url: URL) => Promise<Response | undefined> = async () => undefined;

  readonly tenant = {
    upstream: createUpstream(
      { baseUrl: BASE, credentials: { kind: "none" }, retries: 0 },
      { fetch: async (input) => this.#answer(new URL(input instanceof Request ? input.url : input)) },
    ),
    consentFor: () => ({
      withheldOf: async (patients: readonly string[]) =>
        new Set(patients.filter((id) => this.withheld.has(id))),
    }),
  };

  put(resource: AnyResource): void {
    const at = Date.now();
    const meta = { lastUpdated: new Date(at).toISOString(), versionId: String(this.#versions.length) };
    this.#versions.push({ resource: { ...resource, meta }, at, isDeletion: false });
  }

  remove(resource: AnyResource): void {
    this.#versions.push({ resource, at: Date.now(), isDeletion: true });
  }

  async #answer(url: URL): Promise<Response> {
    const answer = await this.before(url);
    if (answer !== undefined) return answer;
    const [type = "", interaction] = url.pathname.slice("/fhir/".length).split("/");
    const entry = interaction === "_history" ? this.#history(type, url) : this.#found(type, url);
    const from = Number(url.searchParams.get("from"));
    const to = from + Number(url.searchParams.get("_count"));
    const next = new URL(url);
    next.searchParams.set("from", String(to));
    const body = {
      resourceType: "Bundle",
      type: interaction === "_history" ? "history" : "searchset",
      link: to < entry.length ? [{ relation: "next", url: next.href }] : [],
      entry: entry.slice(from, to),
    };
    return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/fhir+json" } });
  }

  #found(type: string, { searchParams }: URL): object[] {
    const since = Date.parse(searchParams.get("_lastUpdated")?.slice("ge".length) ?? "1970-01-01");
    const patients = searchParams.get("patient")?.split(",");
    const ids = searchParams.get("_id")?.split(",");
    const latest = new Map(this.#versions.map((version) => [keyOf(version), version]));
    return [...latest.values()]
      .filter(({ resource, at, isDeletion }) => {
        if (resource.resourceType !== type || isDeletion || at < since) return false;
        const about = Object(resource.subject ?? resource.for ?? resource.patient).reference;
        return (patients?.includes(about) ?? true) && (ids?.includes(String(resource.id)) ?? true);
      })
      .toSorted((one, other) => one.at - other.at)
      .map(({ resource }) => ({ resource, search: { mode: "match" } }));
  }

  #history(type: string, { searchParams }: URL): object[] {
    const since = Date.parse(searchParams.get("_since") ?? "");
    return this.#versions
      .filter(({ resource, at }) => resource.resourceType === type && at >= since)
      .toReversed()
      .map((version) => ({
        ...(version.isDeletion ? {} : { resource: version.resource }),
        request: { method: version.isDeletion ? "DELETE" : "PUT", url: keyOf(version) },
        response: { lastModified: new Date(version.at).toISOString() },
      }));
  }
}

function keyOf({ resource }: Version): string {
  return `${resource.resourceType}/${resource.id}`;
}
