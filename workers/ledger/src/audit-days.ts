import type { HeadSigner } from "@aarohan/audit";
import type { AuditArchive } from "./audit-archive.ts";
import type { AuditStore, DayRow } from "./audit-store.ts";
import { auditRetentionDays, headWebhook } from "./config.ts";

const DAY_MILLISECONDS = 86_400_000;
/** A day is closed this long after its end: requests that were under way are in it. */
const GRACE_MILLISECONDS = 15 * 60_000;
/** How long a day's entries stay in the ledger, where they are searched fastest. */
const LEDGER_DAYS = 31;

export interface KeptTrail {
  readonly store: AuditStore;
  readonly archive: AuditArchive;
  readonly signer: HeadSigner;
  readonly tenant: string;
  readonly env: Env;
}

/** `2026-11-23`, in UTC. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

export function dayAfter(day: string): string {
  return dayOf(Date.parse(day) + DAY_MILLISECONDS);
}

/** Close ▸ seal ▸ publish ▸ archive ▸ remove: each step of a day when its time has come. Interrupted, it is repeated. */
export async function keepDays(trail: KeptTrail, now: number): Promise<void> {
  const { store, archive, env } = trail;
  const running = dayOf(now - GRACE_MILLISECONDS);
  const oldestInLedger = dayOf(now - LEDGER_DAYS * DAY_MILLISECONDS);
  const oldest = dayOf(now - auditRetentionDays(env) * DAY_MILLISECONDS);
  const days = store.days();
  for (const [index, day] of days.entries()) {
    if (day.day >= running) break;
    const jws = day.jws ?? (await seal(trail, day, days[index + 1], now));
    if (!day.published && (await publish(trail, jws))) store.publish(day.day);
    if (!day.archived && day.day < oldestInLedger) store.archive(closedDay(store, day.day));
    if (day.day < oldest) {
      await archive.remove(day.day);
      store.remove(closedDay(store, day.day));
    }
  }
}

async function seal(
  { store, archive, signer, tenant }: KeptTrail,
  day: DayRow,
  next: DayRow | undefined,
  now: number,
): Promise<string> {
  const { entries, head } = day.closed ?? store.close(day, next);
  await archive.putLines(day.day, store.lines(day.first, day.first + entries - 1));
  const jws = await signer.sign({
    tenant,
    day: day.day,
    first: day.first,
    entries,
    previous: day.previous,
    head,
    sealed: new Date(now).toISOString(),
  });
  await archive.putHead(day.day, jws);
  store.seal(day.day, jws);
  return jws;
}

/** To the log, and to the webhook where there is one: true where both have it. */
async function publish({ env, tenant }: KeptTrail, jws: string): Promise<boolean> {
  console.log(JSON.stringify({ level: "info", event: "audit-head", tenant, head: jws }));
  const webhook = headWebhook(env);
  if (webhook === undefined) return true;
  try {
    const response = await fetch(webhook, {
      method: "POST",
      headers: { "Content-Type": "application/jose" },
      body: jws,
      // The runtime has no "error": a redirect is not followed, and is no success below.
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    if (response.ok) return true;
    console.warn(
      JSON.stringify({ level: "warn", event: "audit-head-unpublished", tenant, status: response.status }),
    );
  } catch {
    console.warn(JSON.stringify({ level: "warn", event: "audit-head-unpublished", tenant }));
  }
  return false;
}

function closedDay(store: AuditStore, day: string): DayRow {
  const row = store.days().find((known) => known.day === day);
  if (row === undefined) throw new Error("a day of the trail is gone while it is kept");
  return row;
}
