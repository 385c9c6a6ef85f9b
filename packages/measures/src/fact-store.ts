import { type Fact, newerFact } from "./fact.ts";
import { type PersonRows, personRows } from "./person-rows.ts";

/** Where facts are kept, one for each resource. */
export interface FactStore {
  get(key: string): Fact | undefined;
  put(fact: Fact): void;
  remove(key: string): void;
  /** All facts about a Patient. */
  about(patient: string): readonly Fact[];
  /** Patients who are linked to this one, from either side. */
  linked(patient: string): readonly string[];
}

/** What new facts change: rows that no longer count, and rows that count now. */
export interface RowChanges {
  readonly removed: PersonRows;
  readonly added: PersonRows;
}

/**
 * Takes facts into the store, in any order, any number of times, and tells what that changes. A fact that is older than
 * what is known changes nothing. Holds the facts of the persons concerned.
 */
export function takeFacts(store: FactStore, facts: readonly Fact[]): RowChanges {
  const fresh = new Map<string, Fact>();
  for (const fact of facts) {
    const known = fresh.get(fact.key) ?? store.get(fact.key);
    const newer = known === undefined ? fact : newerFact(known, fact);
    if (newer !== known) fresh.set(fact.key, newer);
  }
  const concerned = new Set<string>();
  for (const fact of fresh.values()) {
    const before = store.get(fact.key);
    for (const one of before === undefined ? [fact] : [fact, before]) {
      concerned.add(one.patient);
      if (one.kind === "person") for (const link of one.links) concerned.add(link);
    }
  }
  return recounted(store, concerned, () => {
    for (const fact of fresh.values()) store.put(fact);
  });
}

/** Removes all facts about these Patients, and tells what that changes. */
export function forgetPatients(store: FactStore, patients: Iterable<string>): RowChanges {
  const concerned = new Set(patients);
  return recounted(store, concerned, () => {
    for (const patient of concerned) for (const { key } of store.about(patient)) store.remove(key);
  });
}

/** Rows of all persons whom these Patients belong to, person by person, each once. */
export function* eachPerson(store: FactStore, patients: Iterable<string>): Generator<PersonRows> {
  const seen = new Set<string>();
  for (const patient of patients) {
    if (seen.has(patient)) continue;
    const person = personOf(store, patient);
    for (const one of person) seen.add(one);
    yield personRows(person.flatMap((one) => store.about(one)));
  }
}

/** The same, together. */
export function allRows(store: FactStore, patients: Iterable<string>): PersonRows {
  const rows = {
    screenings: [] as PersonRows["screenings"][number][],
    followUps: [] as PersonRows["followUps"][number][],
  };
  for (const { screenings, followUps } of eachPerson(store, patients)) {
    rows.screenings.push(...screenings);
    rows.followUps.push(...followUps);
  }
  return rows;
}

function recounted(store: FactStore, concerned: ReadonlySet<string>, change: () => void): RowChanges {
  // Whoever was linked before is concerned, too: one person may have become two.
  const everybody = new Set([...concerned].flatMap((patient) => connectedTo(store, patient)));
  const removed = allRows(store, everybody);
  change();
  return { removed, added: allRows(store, everybody) };
}

/** More Patients than this are not one person, but an error in the data: then each counts alone. */
const MOST_LINKED = 50;

function personOf(store: FactStore, patient: string): string[] {
  const person = connectedTo(store, patient, MOST_LINKED + 1);
  return person.length > MOST_LINKED ? [patient] : person.toSorted();
}

function connectedTo(store: FactStore, patient: string, most = Number.POSITIVE_INFINITY): string[] {
  const connected = new Set([patient]);
  for (const one of connected) {
    if (connected.size >= most) break;
    for (const other of store.linked(one)) connected.add(other);
  }
  return [...connected];
}

/** In memory: for tests, the command line and whoever evaluates once. */
export function createFactStore(): FactStore {
  const facts = new Map<string, Fact>();
  const byPatient = new Map<string, Set<string>>();
  const links = new Map<string, Map<string, number>>();

  function link(fact: Fact | undefined, by: 1 | -1): void {
    if (fact?.kind !== "person") return;
    for (const other of fact.links) {
      for (const [from, to] of [
        [fact.patient, other],
        [other, fact.patient],
      ] as const) {
        const own = links.get(from) ?? new Map<string, number>();
        own.set(to, (own.get(to) ?? 0) + by);
        links.set(from, own);
      }
    }
  }

  return {
    get: (key) => facts.get(key),
    put(fact) {
      const before = facts.get(fact.key);
      link(before, -1);
      link(fact, 1);
      if (before !== undefined) byPatient.get(before.patient)?.delete(fact.key);
      facts.set(fact.key, fact);
      byPatient.set(fact.patient, (byPatient.get(fact.patient) ?? new Set()).add(fact.key));
    },
    remove(key) {
      const before = facts.get(key);
      link(before, -1);
      if (before !== undefined) byPatient.get(before.patient)?.delete(key);
      facts.delete(key);
    },
    about: (patient) => [...(byPatient.get(patient) ?? [])].flatMap((key) => facts.get(key) ?? []),
    linked: (patient) =>
      [...(links.get(patient) ?? [])].flatMap(([other, count]) => (count > 0 ? [other] : [])),
  };
}
