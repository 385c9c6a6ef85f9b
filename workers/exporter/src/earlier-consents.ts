import { EdgeError } from "@aarohan/contract";
import { type ConsentOptions, isReleasable } from "@aarohan/deid";
import { type AnyResource, parseResource } from "@aarohan/fhir";
import type { Call, Upstream } from "@aarohan/upstream";
import { patientOf } from "./withdrawn.ts";

/** A version of a Consent, from an instant on; without the Consent: its deletion. */
interface Version {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly consent?: AnyResource;
}

export interface EarlierConsent {
  /** Those of the patients who were releasable. */
  readonly releasable: ReadonlySet<string>;
  /** False where of some of the patients it cannot be known: then they are not among them. */
  readonly isTold: boolean;
}

const NOBODY: EarlierConsent = { releasable: new Set(), isTold: false };
const DAY_MILLISECONDS = 86_400_000;
/** Patients whose Consents one search asks for. */
const PATIENTS_AT_ONCE = 50;
/** Consents whose versions are asked for, each by a request of its own: beyond, it cannot be known. */
const MOST_HISTORIES = 400;
/** What servers answer that keep no versions of a Consent, by what becomes of it. */
const WITHOUT_VERSIONS = new Set(["page-expired", "search-refused", "upstream-refused"]);

/**
 * Who of the patients was releasable on the day that begins at the instant, at its begin or after what their Consents became
 * during it: by the versions that the Consents had then, those that are deleted since too. Holds the patients' Consents.
 */
export async function releasableOn(
  patients: readonly string[],
  day: number,
  options: Omit<ConsentOptions, "nowMilliseconds">,
  upstream: Upstream,
  call: Call,
): Promise<EarlierConsent> {
  if (patients.length === 0) return { releasable: new Set(), isTold: true };
  const versions = new ConsentVersions(upstream, day, call);
  const deleted = await versions.ofDeleted();
  if (deleted === undefined) return NOBODY;
  const releasable = new Set<string>();
  let isTold = true;
  for (let at = 0; at < patients.length; at += PATIENTS_AT_ONCE) {
    const some = patients.slice(at, at + PATIENTS_AT_ONCE);
    const current = await versions.ofPatients(some);
    for (const id of some) {
      const known = current.get(id);
      if (known === undefined) isTold = false;
      else if (wasReleasable([...known, ...(deleted.get(id) ?? [])], day, options)) releasable.add(id);
    }
  }
  return { releasable, isTold };
}

/** `consents`: the versions of each, the newest first. */
function wasReleasable(
  consents: readonly (readonly Version[])[],
  day: number,
  options: Omit<ConsentOptions, "nowMilliseconds">,
): boolean {
  const changes = consents.flat().filter(({ at }) => at > day && at < day + DAY_MILLISECONDS);
  return [day, ...changes.map(({ at }) => at)].some((instant) =>
    isReleasable(
      consents.flatMap((versions) => versions.find(({ at }) => at <= instant)?.consent ?? []),
      { ...options, nowMilliseconds: instant },
    ),
  );
}

/** What the programme's server tells of versions since an instant, and of those that were in force then. */
class ConsentVersions {
  readonly #upstream: Upstream;
  readonly #since: number;
  readonly #call: Call;
  #histories = 0;

  constructor(upstream: Upstream, since: number, call: Call) {
    this.#upstream = upstream;
    this.#since = since;
    this.#call = call;
  }

  /** Of the Consents that were deleted since, by patient; `undefined` where it cannot be known whose they were. */
  async ofDeleted(): Promise<Map<string, Version[][]> | undefined> {
    const found = new Map<string, Version[][]>();
    const deletions = await this.#deletions();
    for (const [id, at] of deletions ?? []) {
      const earlier = await this.#history(id);
      const patient = patientOf(earlier?.find(({ consent }) => consent !== undefined)?.consent);
      if (earlier === undefined || patient === undefined) return undefined;
      found.set(patient, [...(found.get(patient) ?? []), [{ at }, ...earlier]]);
    }
    return deletions === undefined ? undefined : found;
  }

  /** Of the patients' Consents, by patient: without those of whom a version cannot be known. */
  async ofPatients(ids: readonly string[]): Promise<Map<string, Version[][]>> {
    const found = new Map<string, Version[][]>(ids.map((id) => [id, []]));
    const patients = ids.map((id) => `Patient/${id}`).join(",");
    const asked = [
      ["patient", patients],
      ["_count", "1000"],
    ] as const;
    let page = await this.#upstream.search("Consent", asked, this.#call);
    for (;;) {
      for (const entry of page.bundle.entries) {
        if (entry.mode !== "match") continue;
        const consent = parseResource(page.bytes, entry);
        const patient = patientOf(consent) ?? "";
        const versions = found.has(patient) ? await this.#of(consent) : undefined;
        if (versions === undefined) found.delete(patient);
        else found.get(patient)?.push(versions);
      }
      if (page.next === undefined) return found;
      page = await this.#upstream.follow(page.next, this.#call);
    }
  }

  /** Ids of what is deleted since, and when. */
  async #deletions(): Promise<Map<string, number> | undefined> {
    const newest = new Map<string, number | undefined>();
    let page = await this.#upstream.history("Consent", { since: this.#since }, this.#call);
    while (page !== undefined) {
      for (const { id, isDeletion, at } of page.versions) {
        if (isDeletion && at === undefined) return undefined;
        if (!newest.has(id)) newest.set(id, isDeletion ? at : undefined);
      }
      if (page.next === undefined) {
        return new Map([...newest].flatMap(([id, at]) => (at === undefined ? [] : [[id, at]])));
      }
      page = await this.#upstream.history("Consent", { cursor: page.next }, this.#call);
    }
    return undefined;
  }

  /** What has not changed since, or is new, has one version that matters. */
  async #of(consent: AnyResource): Promise<Version[] | undefined> {
    const { at, number } = versionOf(consent);
    if (Number.isNaN(at)) return undefined;
    return at < this.#since || number === 1 ? [{ at, consent }] : this.#history(String(consent.id));
  }

  /** Down to the version that was in force. `undefined` where one is missing: it may have been a deletion. */
  async #history(id: string): Promise<Version[] | undefined> {
    this.#histories += 1;
    if (this.#histories > MOST_HISTORIES) return undefined;
    const versions: Version[] = [];
    let last: number | undefined;
    for (let cursor: string | undefined = `/Consent/${id}/_history?_count=100`; cursor !== undefined; ) {
      const page = await this.#page(cursor);
      for (const entry of page?.bundle.entries ?? []) {
        const consent = parseResource(page?.bytes ?? new Uint8Array(), entry);
        const { at, number } = versionOf(consent);
        if (consent.id !== id || Number.isNaN(at) || (last !== undefined && number !== last - 1))
          return undefined;
        versions.push({ at, consent });
        if (at < this.#since || number === 1) return versions;
        last = number;
      }
      cursor = page?.next;
    }
    return undefined;
  }

  async #page(cursor: string) {
    try {
      return await this.#upstream.follow(cursor, this.#call);
    } catch (error) {
      if (error instanceof EdgeError && WITHOUT_VERSIONS.has(error.code)) return undefined;
      throw error;
    }
  }
}

function versionOf({ meta }: AnyResource): { readonly at: number; readonly number: number } {
  const { versionId, lastUpdated } = Object(meta);
  return { at: Date.parse(String(lastUpdated)), number: Number(versionId) };
}
