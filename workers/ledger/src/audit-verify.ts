import { compareWithHead, type HeadSigner, type WalkedDay, walkDay } from "@aarohan/audit";
import type { AuditDayVerdict, AuditVerdict } from "@aarohan/contract";
import type { AuditArchive } from "./audit-archive.ts";
import type { AuditStore, DayRow } from "./audit-store.ts";

export interface VerifiedDays {
  readonly tenant: string;
  /** `2026-11-23`, both inclusive. */
  readonly from: string;
  readonly until: string;
}

/** Checks that each day is whole, in the ledger and in R2, is as it was signed, and follows on the one before. */
export async function verifyTrail(
  store: AuditStore,
  archive: AuditArchive,
  signer: HeadSigner,
  { tenant, from, until }: VerifiedDays,
): Promise<AuditVerdict> {
  const days = store.days();
  const verdicts: AuditDayVerdict[] = [];
  for (const [index, day] of days.entries()) {
    if (day.day < from || day.day > until) continue;
    const problems = [...succession(day, days[index - 1])];
    const walked = day.archived
      ? undefined
      : await walkDay(placeBefore(day), ledgerLines(store, day, days[index + 1]));
    if (walked?.problem !== undefined) problems.push(`in the ledger: ${walked.problem}`);
    if (walked !== undefined && day.closed !== undefined) problems.push(...closing(walked, day.closed));
    if (day.jws !== undefined) problems.push(...(await sealed(archive, signer, tenant, day, day.jws)));
    verdicts.push({
      day: day.day,
      entries: day.closed?.entries ?? walked?.entries ?? 0,
      head: day.closed?.head ?? walked?.end.hash,
      state: day.jws === undefined ? "open" : "sealed",
      problems,
    });
  }
  return { days: verdicts, whole: verdicts.every(({ problems }) => problems.length === 0) };
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
