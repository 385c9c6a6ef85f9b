import { DurableObject } from "cloudflare:workers";
import type { DeniedUser } from "@aarohan/contract";

type Row = { readonly [Name in keyof DeniedUser]: DeniedUser[Name] extends string ? string : string | null };

/** The users of one tenant whose tokens are refused, whatever their issuer says. Each one's RateLimiter knows it too. */
export class DenyList extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS denied (
        userKey TEXT PRIMARY KEY,
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT,
        by TEXT NOT NULL
      ) WITHOUT ROWID
    `);
  }

  /** In force when the promise resolves: the user's next request is refused. */
  async deny(user: DeniedUser): Promise<void> {
    // The list first: who stands in the limiter alone could not be found to be restored.
    this.ctx.storage.sql.exec(
      "INSERT OR REPLACE INTO denied (userKey, issuer, subject, since, until, by) VALUES (?, ?, ?, ?, ?, ?)",
      user.userKey,
      user.issuer,
      user.subject,
      user.since,
      user.until ?? null,
      user.by,
    );
    await this.env.RATE_LIMITER.getByName(user.userKey).deny(
      user.until === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(user.until),
    );
  }

  async restore(userKey: string): Promise<void> {
    await this.env.RATE_LIMITER.getByName(userKey).deny(0);
    this.ctx.storage.sql.exec("DELETE FROM denied WHERE userKey = ?", userKey);
  }

  /** Those who are denied now, the latest first. */
  async list(): Promise<DeniedUser[]> {
    this.ctx.storage.sql.exec("DELETE FROM denied WHERE until < ?", new Date().toISOString());
    const rows = this.ctx.storage.sql.exec<Row>("SELECT * FROM denied ORDER BY since DESC LIMIT 1000");
    return [...rows].map(({ until, ...user }) => ({ ...user, ...(until === null ? {} : { until }) }));
  }
}
