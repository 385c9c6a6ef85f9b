import { DurableObject } from "cloudflare:workers";
import type { AuditCompletion, AuditIntent, RefusalCount } from "@aarohan/contract";
import type { AuditEvent } from "@aarohan/fhir";
import { toAuditEvent } from "./audit-event.ts";
import { auditRetentionDays } from "./config.ts";

/** An intent without its completion is called unknown after this long. */
const ABANDONED_MILLISECONDS = 10 * 60_000;
const SWEEP_MILLISECONDS = 60 * 60_000;
const DAY_MILLISECONDS = 86_400_000;

export interface AuditQuery {
  /** ISO 8601 instants: from `since` on, before `until`. */
  readonly since?: string;
  readonly until?: string;
  readonly subject?: string;
  /** Default 50, at most 1000. */
  readonly count?: number;
}

type Row = {
  readonly intent: string;
  readonly completion: string | null;
  readonly recorded: number;
};

/**
 * The audit trail of one tenant: an intent before the first byte leaves, a completion after. Each write is durable when
 * its promise resolves. Kept for a year, then removed.
 */
export class AuditTrail extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS event (
        request_id TEXT PRIMARY KEY,
        recorded INTEGER NOT NULL,
        subject TEXT NOT NULL,
        intent TEXT NOT NULL,
        completion TEXT
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS event_recorded ON event (recorded);
      CREATE INDEX IF NOT EXISTS event_subject ON event (subject, recorded);
      CREATE TABLE IF NOT EXISTS refusal (
        minute TEXT NOT NULL,
        code TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (minute, code)
      ) WITHOUT ROWID;
    `);
  }

  /** The intent of a request whose data are about to be fetched. Repeated, it changes nothing. */
  async open(intent: AuditIntent): Promise<void> {
    this.#insert(intent);
    await this.#keepSweeping();
  }

  /** What came of it. The first completion stands. */
  async close(completion: AuditCompletion): Promise<void> {
    this.ctx.storage.sql.exec(
      "UPDATE event SET completion = ? WHERE request_id = ? AND completion IS NULL",
      JSON.stringify(completion),
      completion.requestId,
    );
  }

  /** Both at once: a request that was refused before anything was fetched. */
  async record(intent: AuditIntent, completion: AuditCompletion): Promise<void> {
    this.#insert(intent, JSON.stringify(completion));
    await this.#keepSweeping();
  }

  /** Adds up refusals before authentication, by minute and code. */
  async countRefusals(counts: readonly RefusalCount[]): Promise<void> {
    for (const { minute, code, count } of counts) {
      this.ctx.storage.sql.exec(
        `INSERT INTO refusal (minute, code, count) VALUES (?, ?, ?)
         ON CONFLICT (minute, code) DO UPDATE SET count = count + excluded.count`,
        minute,
        code,
        count,
      );
    }
    await this.#keepSweeping();
  }

  /** AuditEvents, the newest first. */
  async search(query: AuditQuery = {}): Promise<AuditEvent[]> {
    const rows = this.ctx.storage.sql.exec<Row>(
      `SELECT intent, completion, recorded FROM event
       WHERE recorded >= ? AND recorded < ? AND (? IS NULL OR subject = ?)
       ORDER BY recorded DESC, request_id LIMIT ?`,
      query.since === undefined ? 0 : Date.parse(query.since),
      query.until === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(query.until),
      query.subject ?? null,
      query.subject ?? null,
      Math.min(query.count ?? 50, 1000),
    );
    return [...rows].map((row) => this.#toEvent(row));
  }

  /** Refusals before authentication, the latest minute first; at most a day's. */
  async refusals(): Promise<RefusalCount[]> {
    const rows = this.ctx.storage.sql.exec<RefusalCount & Record<string, SqlStorageValue>>(
      "SELECT minute, code, count FROM refusal ORDER BY minute DESC, code LIMIT 1440",
    );
    return [...rows].map(({ minute, code, count }) => ({ minute, code, count }));
  }

  /** Removes what is older than the retention. */
  override async alarm(): Promise<void> {
    const oldest = Date.now() - auditRetentionDays(this.env) * DAY_MILLISECONDS;
    this.ctx.storage.sql.exec("DELETE FROM event WHERE recorded < ?", oldest);
    this.ctx.storage.sql.exec("DELETE FROM refusal WHERE minute < ?", new Date(oldest).toISOString());
    await this.ctx.storage.setAlarm(Date.now() + SWEEP_MILLISECONDS);
  }

  #insert(intent: AuditIntent, completion: string | null = null): void {
    this.ctx.storage.sql.exec(
      `INSERT INTO event (request_id, recorded, subject, intent, completion) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (request_id) DO NOTHING`,
      intent.requestId,
      Date.parse(intent.recorded),
      intent.agent.subject,
      JSON.stringify(intent),
      completion,
    );
  }

  #toEvent({ intent, completion, recorded }: Row): AuditEvent {
    return toAuditEvent({
      intent: JSON.parse(intent),
      completion: completion === null ? undefined : JSON.parse(completion),
      abandoned: Date.now() - recorded > ABANDONED_MILLISECONDS,
    });
  }

  async #keepSweeping(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + SWEEP_MILLISECONDS);
  }
}
