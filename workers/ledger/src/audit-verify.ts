import { compareWithHead, type HeadSigner, type WalkedDay, walkDay } from "@aarohan/audit";
import type { AuditDayVerdict, AuditVerdict } from "@aarohan/contract";
import type { AuditArchive } from "./audit-archive.ts";
import type { AuditStore, DayRow } from "./audit-store.ts";

/** What one call reads, and the day that it has begun: a Durable Object has 30 s of CPU time. */
const MOST_ENTRIES = 400_000;

export interface VerifiedDays {
  readonly tenant: string;
  /** `2026-11-23`, both inclusive. */
  readonly from: string;
  readonly until: string;
  /** After so many entries the days that are left stay unread. Default 400,000. */
  readonly mostEntries?: number;
}

/** Checks that each day is whole, in the ledger and in R2, is as it was signed, and follows on the one before. */
export async function verifyTrail(
  store: AuditStore,
  archive: AuditArchive,
  signer: HeadSigner,
  { tenant, from, until, mostEntries = MOST_ENTRIES }: VerifiedDays,
): Promise<AuditVerdict> {
  const days = store.days();
  const verdicts: AuditDayVerdict[] = [];
  let read = 0;
  for (const [index, day] of days.entries()) {
    if (day.day < from || day.day > until) continue;
    const problems = [...succession(day, days[index - 1])];
    if (read > mostEntries) {
      verdicts.push({ ...summary(day), state: "unread", problems });
      continue;
    }
    const walked = day.archived
      ? undefined
      : await walkDay(placeBefore(day), ledgerLines(store, day, days[index + 1]));
    if (walked?.problem !== undefined) problems.push(`in the ledger: ${walked.problem}`);
    if (walked !== undefined && day.closed !== undefined) problems.push(...closing(walked, day.closed));
    if (day.jws !== undefined) problems.push(...(await sealed(archive, signer, tenant, day, day.jws)));
    const { entries, head, ...known } = summary(day);
    read += Math.max(entries, walked?.entries ?? 0);
    verdicts.push({
      ...known,
      entries: day.closed === undefined ? (walked?.entries ?? 0) : entries,
      head: head ?? walked?.end.hash,
      problems,
    });
  }
  return { days: verdicts, whole: isWhole(verdicts) };
}

function isWhole(days: readonly AuditDayVerdict[]): boolean | undefined {
  if (days.some(({ problems }) => problems.length > 0)) return false;
  return days.some(({ state }) => state === "unread") ? undefined : true;
}

function summary({ day, closed, jws }: DayRow): Omit<AuditDayVerdict, "problems"> {
  return {
    day,
    entries: closed?.entries ?? 0,
    head: closed?.head,
    state: jws === undefined ? "open" : "sealed",
  };
}

function placeBefore({ first, previous }: DayRow) {
  return { sequence: first - 1, hash: previous };
}

function ledgerLines(
  store: AuditStore,
  { first, closed }: DayRow,
  next: DayRow | undefined,
): Iterable<string> {
  if (closed !== undefined) return store.lines(first, first + closed.entries - 1);
  return store.lines(first, next === undefined ? (store.end()?.sequence ?? first - 1) : next.first - 1);
}

function succession(day: DayRow, before: DayRow | undefined): string[] {
  if (before === undefined) return [];
  const { closed } = before;
  const isNext =
    closed === undefined || (closed.head === day.previous && before.first + closed.entries === day.first);
  return isNext ? [] : ["does not follow on the day before"];
}

function closing({ entries, end, problem }: WalkedDay, closed: NonNullable<DayRow["closed"]>): string[] {
  if (problem !== undefined) return [];
  const isSame = entries === closed.entries && end.hash === closed.head;
  return isSame ? [] : ["in the ledger: ends otherwise than when the day was closed"];
}

async function sealed(
  archive: AuditArchive,
  signer: HeadSigner,
  tenant: string,
  day: DayRow,
  jws: string,
): Promise<string[]> {
  const head = await signer.verify(jws).catch(() => undefined);
  if (head === undefined) return ["its head is not signed by the ledger's key"];
  const problems: string[] = [];
  if (head.tenant !== tenant || head.day !== day.day) problems.push("its head is another day's");
  if ((await archive.head(day.day)) !== jws) problems.push("in R2: its head is missing, or another");
  const lines = await archive.lines(day.day);
  if (lines === undefined) return [...problems, "in R2: its file is missing"];
  const found = compareWithHead(await walkDay(placeBefore(day), lines), head);
  return [...problems, ...found.map((problem) => `in R2: ${problem}`)];
}
