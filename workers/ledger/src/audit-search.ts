import { fieldsOf, matches } from "@aarohan/audit";
import type { AuditPage, AuditQuery } from "@aarohan/contract";
import type { AuditArchive } from "./audit-archive.ts";
import { dayAfter, dayOf } from "./audit-days.ts";
import type { AuditStore, DayRow } from "./audit-store.ts";

/** Days that one page reads from R2: a rare event far back is found over several pages. */
const MOST_ARCHIVED_DAYS = 14;

interface Found {
  readonly sequence: number;
  readonly line: string;
}

/** Newest first: what is in the ledger, then the archived days, one after the other. */
export async function searchTrail(
  store: AuditStore,
  archive: AuditArchive,
  query: AuditQuery,
): Promise<AuditPage> {
  const days = store.days().filter((day) => mayHold(day, query));
  const inLedger = days.filter(({ archived }) => !archived);
  const before = query.before ?? Number.MAX_SAFE_INTEGER;
  const found: Found[] = [];
  const [first] = inLedger;
  if (first !== undefined) found.push(...store.search(query, first.first, before));
  let read = 0;
  for (const day of days.filter(({ archived }) => archived).reverse()) {
    if (found.length >= query.count) break;
    if (day.first >= before || !isWorthReading(store, day, query)) continue;
    if (read >= MOST_ARCHIVED_DAYS) return page(found, day.first + (day.closed?.entries ?? 0));
    read += 1;
    const lines = (await archive.lines(day.day)) ?? [];
    found.push(...(await lastOf(lines, day, { ...query, before, count: query.count - found.length })));
  }
  return page(found, found.length < query.count ? undefined : found.at(-1)?.sequence);
}

function page(found: readonly Found[], next: number | undefined): AuditPage {
  return { events: found.map(({ line }) => line), next };
}

/** An entry stands in the day when it was recorded, or a day later where clocks differed about midnight. */
function mayHold({ day }: DayRow, { from, until }: AuditQuery): boolean {
  return (
    (from === undefined || dayAfter(day) > dayOf(from)) &&
    (until === undefined || day <= dayAfter(dayOf(until)))
  );
}

function isWorthReading(store: AuditStore, { first, closed }: DayRow, { patients }: AuditQuery): boolean {
  return patients === undefined || store.hasSeen(patients, first, first + (closed?.entries ?? 0) - 1);
}

/** The last entries of a day's file that the query finds, the newest first. */
async function lastOf(
  lines: AsyncIterable<string> | Iterable<string>,
  { first }: DayRow,
  query: AuditQuery & { readonly before: number },
): Promise<Found[]> {
  const found: Found[] = [];
  let sequence = first - 1;
  for await (const line of lines) {
    sequence += 1;
    if (sequence >= query.before) break;
    if (!matches(query, fieldsOf(JSON.parse(line)))) continue;
    found.push({ sequence, line });
    if (found.length > query.count) found.shift();
  }
  return found.reverse();
}
