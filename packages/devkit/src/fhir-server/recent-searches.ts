import type { Found } from "./search.ts";

interface Kept {
  readonly found: Found;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const KEPT_MILLISECONDS = 60_000;
const MOST_KEPT = 500;

/**
 * Searches of the last minute: the same one finds the same again, whatever was written since, as it does at HAPI FHIR unless
 * the client sends `Cache-Control: no-cache`. Holds at most 500 of them.
 */
export class RecentSearches {
  readonly #kept = new Map<string, Kept>();

  find(search: string, isFresh: boolean, perform: () => Found): Found {
    const kept = this.#kept.get(search);
    if (kept !== undefined && kept.until > Date.now() && !isFresh) return kept.found;
    const found = perform();
    this.#kept.delete(search);
    this.#kept.set(search, { found, until: Date.now() + KEPT_MILLISECONDS });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return found;
  }
}
