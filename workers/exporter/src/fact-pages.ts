import { listedRegion } from "@aarohan/deid";
import { type AnyResource, PatientFinder, parseResource } from "@aarohan/fhir";
import { type Fact, type FactPorts, readFact } from "@aarohan/measures";
import type { Tenant } from "@aarohan/programme";
import type { Call, UpstreamPage } from "@aarohan/upstream";

/** Clients have none of their own here: the purpose that the programme has in general. */
const NO_CLIENT = { issuer: "", clientId: "" };

/** An instant (milliseconds since 1970) from which on changes are read, the oldest first, or where a cursor leads. */
export type PageStart<Since = number> = { readonly since: Since } | { readonly cursor: string };

/** What pages of the programme's server say for indicators. */
export interface FactPages {
  read(resourceType: string, from: PageStart<number | undefined>, call: Call): Promise<FactPage>;
  /** Deletions, the newest first: of what is there again, the later version outweighs it. */
  deletions(resourceType: string, from: PageStart, call: Call): Promise<DeletionPage>;
  /** Ids of the patients of so many Consents that have changed. */
  consents(from: PageStart, count: number, call: Call): Promise<ConsentPage>;
  /** Everything about these patients, by their ids at the programme's server; nothing of who is withheld. */
  about(patients: readonly string[], types: readonly string[], call: Call): Promise<Fact[]>;
  /** Of these patients those whose data are withheld, as it is at this moment. */
  withheldOf(patients: readonly string[], call: Call): Promise<ReadonlySet<string>>;
  nameOf(resourceType: string, id: string): string;
}

export interface FactPage {
  readonly facts: readonly Fact[];
  /** Latest change on it, in milliseconds since 1970. */
  readonly reached: number | undefined;
  readonly next: string | undefined;
}

export interface DeletionPage {
  readonly deletions: readonly { readonly key: string; readonly at: number | undefined }[];
  readonly next: string | undefined;
}

export interface ConsentPage extends Omit<FactPage, "facts"> {
  readonly patients: readonly string[];
}

/** Patients per question. */
const AT_ONCE = 50;

export function createFactPages(
  { upstream, consentFor }: Tenant,
  seal: (resourceType: string, id: string) => string,
  pageSize: number,
): FactPages {
  const ports: FactPorts = { regionOf: listedRegion, nameOf: seal };

  async function withheldOf(patients: readonly string[], call: Call): Promise<ReadonlySet<string>> {
    const gate = consentFor(NO_CLIENT, "anew");
    const withheld = new Set<string>();
    for (let at = 0; gate !== undefined && at < patients.length; at += AT_ONCE * 10) {
      for (const id of await gate.withheldOf(patients.slice(at, at + AT_ONCE * 10), call)) withheld.add(id);
    }
    return withheld;
  }

  async function factsOf(
    page: UpstreamPage,
    call: Call,
  ): Promise<{ facts: Fact[]; reached: number | undefined }> {
    const entries = page.bundle.entries.filter(({ mode }) => mode === "match");
    const resources = entries.flatMap((entry) => readable(page, entry));
    const finder = new PatientFinder(page.bytes);
    const patients = new Set(entries.flatMap((entry) => finder.named(entry)));
    for (const { resourceType, id } of resources) if (resourceType === "Patient") patients.add(String(id));
    const withheld = await withheldOf([...patients], call);
    const facts = resources.flatMap((resource) =>
      isWithheld(resource, withheld) ? [] : (readFact(resource, ports) ?? []),
    );
    return { facts, reached: latestOf(resources) };
  }

  function pageFrom(
    resourceType: string,
    from: PageStart<number | undefined>,
    count: number,
    call: Call,
  ): Promise<UpstreamPage> {
    return "cursor" in from
      ? upstream.follow(from.cursor, call)
      : upstream.search(resourceType, changedSince(from.since, count), call);
  }

  return {
    async read(resourceType, from, call) {
      const page = await pageFrom(resourceType, from, pageSize, call);
      return { ...(await factsOf(page, call)), next: page.next };
    },
    async deletions(resourceType, from, call) {
      const page = await upstream.history(resourceType, from, call);
      const seen = new Set<string>();
      const newest = (page?.versions ?? []).filter(({ id }) => seen.size < seen.add(id).size);
      const deletions = newest
        .filter(({ isDeletion }) => isDeletion)
        .map(({ id, at }) => ({ key: seal(resourceType, id), at }));
      return { deletions, next: page?.next };
    },
    async consents(from, count, call) {
      const page = await pageFrom("Consent", from, count, call);
      const consents = page.bundle.entries.map((entry) => parseResource(page.bytes, entry));
      const patients = new Set(consents.flatMap(({ patient }) => patientIn(patient) ?? []));
      return { patients: [...patients], reached: latestOf(consents), next: page.next };
    },
    async about(patients, types, call) {
      const facts: Fact[] = [];
      for (let at = 0; at < patients.length; at += AT_ONCE) {
        for (const type of types) {
          const parameters = [
            ...narrowedTo(type, patients.slice(at, at + AT_ONCE)),
            ["_count", String(pageSize)] as const,
          ];
          let page = await upstream.search(type, parameters, call);
          for (;;) {
            facts.push(...(await factsOf(page, call)).facts);
            if (page.next === undefined) break;
            page = await upstream.follow(page.next, call);
          }
        }
      }
      return facts;
    },
    withheldOf,
    nameOf: seal,
  };
}

/** A resource that cannot be read says nothing. */
function readable(page: UpstreamPage, entry: UpstreamPage["bundle"]["entries"][number]): AnyResource[] {
  try {
    return [parseResource(page.bytes, entry)];
  } catch {
    return [];
  }
}

function isWithheld(resource: AnyResource, withheld: ReadonlySet<string>): boolean {
  if (resource.resourceType === "Patient") return withheld.has(String(resource.id));
  const id = patientIn(resource.subject ?? resource.for);
  return id === undefined || withheld.has(id);
}

/** Id of the Patient that a reference names. */
function patientIn(reference: unknown): string | undefined {
  return /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})/.exec(String(Object(reference).reference))?.[1];
}

/** Latest change of these resources, in milliseconds since 1970; `undefined` where none tells when it was. */
function latestOf(resources: readonly AnyResource[]): number | undefined {
  let latest: number | undefined;
  for (const { meta } of resources) {
    const updated = Date.parse(String(Object(meta).lastUpdated));
    if (!Number.isNaN(updated)) latest = Math.max(latest ?? updated, updated);
  }
  return latest;
}

function changedSince(since: number | undefined, pageSize: number): [string, string][] {
  return [
    ...(since === undefined
      ? []
      : [["_lastUpdated", `ge${new Date(since).toISOString()}`] as [string, string]]),
    ["_sort", "_lastUpdated,_id"],
    ["_count", String(pageSize)],
  ];
}

function narrowedTo(type: string, patients: readonly string[]): [string, string][] {
  return type === "Patient"
    ? [["_id", patients.join(",")]]
    : [["patient", patients.map((id) => `Patient/${id}`).join(",")]];
}
