import { computed, type ReadonlySignal } from "@preact/signals";
import { type Asked, createAsked } from "../gateway/asked.ts";
import type { Gateway } from "../gateway/create-gateway.ts";
import { nextLink } from "../gateway/next-link.ts";
import { type CsvTable, joinCsv, readCsv } from "../table/csv.ts";
import { type AuditFilters, auditSearch } from "./audit-filters.ts";

/** Pages that are there, as the gateway wrote them. */
interface Pages {
  readonly texts: readonly string[];
  readonly next: string | undefined;
}

export interface AuditTrailView {
  readonly pages: Asked<Pages>["now"];
  /** What is shown and what is downloaded: one text. */
  readonly csv: ReadonlySignal<string>;
  readonly table: ReadonlySignal<CsvTable>;
  search(filters: AuditFilters): Promise<void>;
  more(): Promise<void>;
}

/** A view of the trail. Each page that is looked at is itself an event of the trail: nothing is asked twice. */
export function createAuditTrail(gateway: Gateway): AuditTrailView {
  const asked = createAsked<Pages>();
  const csv = computed(() => joinCsv(asked.now.value.value?.texts ?? []));

  async function read(path: string, before: readonly string[], signal: AbortSignal): Promise<Pages> {
    const response = await gateway.ask(path, { signal });
    const text = await response.text();
    return { texts: [...before, text], next: nextLink(response.headers) };
  }

  return {
    pages: asked.now,
    csv,
    table: computed(() => readCsv(csv.value)),
    search(filters) {
      asked.forget();
      return asked.ask((signal) => read(auditSearch(filters), [], signal));
    },
    async more() {
      const known = asked.now.peek().value;
      const next = known?.next;
      if (known === undefined || next === undefined) return;
      await asked.ask((signal) => read(next, known.texts, signal));
    },
  };
}
