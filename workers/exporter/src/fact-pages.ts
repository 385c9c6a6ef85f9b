import { listedRegion } from "@aarohan/deid";
import { type AnyResource, PatientFinder, parseResource } from "@aarohan/fhir";
import { type Fact, type FactPorts, readFact } from "@aarohan/measures";
import type { Tenant } from "@aarohan/programme";
import type { Call, UpstreamPage } from "@aarohan/upstream";

/** Clients have none of their own here: the purpose that the programme has in general. */
const NO_CLIENT = { issuer: "", clientId: "" };

/** What pages of the programme's server say for indicators. */
export interface FactPages {
  /** Changed at or after an instant (milliseconds since 1970), the oldest first, or where a cursor leads. */
  read(
    resourceType: string,
    from: { readonly since: number | undefined } | { readonly cursor: string },
    call: Call,
  ): Promise<FactPage>;
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
    let reached: number | undefined;
    const facts: Fact[] = [];
    for (const resource of resources) {
      const updated = Date.parse(String(Object(resource.meta).lastUpdated));
      if (!Number.isNaN(updated)) reached = Math.max(reached ?? updated, updated);
      const fact = isWithheld(resource, withheld) ? undefined : readFact(resource, ports);
      if (fact !== undefined) facts.push(fact);
    }
    return { facts, reached };
  }

  return {
    async read(resourceType, from, call) {
      const page =
        "cursor" in from
          ? await upstream.follow(from.cursor, call)
          : await upstream.search(resourceType, changedSince(from.since, pageSize), call);
      return { ...(await factsOf(page, call)), next: page.next };
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
  const { reference } = Object(resource.subject ?? resource.for);
  const [, id = ""] = /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})/.exec(String(reference)) ?? [];
  return id === "" || withheld.has(id);
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
