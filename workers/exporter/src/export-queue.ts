import { DurableObject } from "cloudflare:workers";
import { LEASE_MILLISECONDS } from "./job-place.ts";

/** The jobs of one tenant that run, and that wait, in the order in which they came. */
export class ExportQueue extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS place (
        job TEXT PRIMARY KEY,
        came INTEGER NOT NULL,
        heard INTEGER NOT NULL
      ) WITHOUT ROWID
    `);
  }

  /** Takes a place, or renews it: true where the job is among the first so many. */
  async enter(job: string, most: number, now: number): Promise<boolean> {
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM place WHERE heard < ?", now - LEASE_MILLISECONDS);
    sql.exec(
      "INSERT INTO place (job, came, heard) VALUES (?, ?, ?) ON CONFLICT (job) DO UPDATE SET heard = excluded.heard",
      job,
      now,
      now,
    );
    const first = sql.exec<{ job: string }>("SELECT job FROM place ORDER BY came, job LIMIT ?", most);
    return [...first].some((place) => place.job === job);
  }

  async leave(job: string): Promise<void> {
    this.ctx.storage.sql.exec("DELETE FROM place WHERE job = ?", job);
  }
}
