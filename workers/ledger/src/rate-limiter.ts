import { DurableObject } from "cloudflare:workers";
import { type RateDecision, REQUESTS_PER_MINUTE } from "@aarohan/contract";

const WINDOW_MILLISECONDS = 60_000;
/** An unused limiter removes itself this long after its last window has passed. */
const IDLE_MILLISECONDS = 10 * 60_000;
const TIMES = "acceptance-times";
const DENIED_UNTIL = "denied-until";

/**
 * One user's requests: at most 100 in any 60 seconds, by an exact sliding window of the times of the last 100
 * acceptances. Each acceptance is written before it is told, so that an eviction gives no fresh allowance; a refusal
 * writes nothing.
 */
export class RateLimiter extends DurableObject<Env> {
  #times: number[];
  #deniedUntil: number;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#times = ctx.storage.kv.get<number[]>(TIMES) ?? [];
    this.#deniedUntil = ctx.storage.kv.get<number>(DENIED_UNTIL) ?? 0;
  }

  async admit(): Promise<RateDecision> {
    return this.admitAt(Date.now());
  }

  /** As `admit`, at a given time in milliseconds since 1970; times must not go back. */
  async admitAt(now: number): Promise<RateDecision> {
    const open = this.#times.filter((time) => time > now - WINDOW_MILLISECONDS);
    const denied = now < this.#deniedUntil;
    const allowed = !denied && open.length < REQUESTS_PER_MINUTE;
    if (allowed) {
      open.push(now);
      this.#times = open;
      this.ctx.storage.kv.put(TIMES, open);
      if ((await this.ctx.storage.getAlarm()) === null)
        await this.ctx.storage.setAlarm(now + IDLE_MILLISECONDS);
    }
    return { ...decisionFrom(open, allowed, now), denied };
  }

  /** Admits nothing before this time, in milliseconds since 1970; 0 takes it back. */
  async deny(until: number): Promise<void> {
    this.#deniedUntil = until;
    this.ctx.storage.kv.put(DENIED_UNTIL, until);
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + IDLE_MILLISECONDS);
  }

  override async alarm(): Promise<void> {
    const last = this.#times.at(-1) ?? 0;
    // Who is denied for good is kept without an alarm.
    if (this.#deniedUntil === Number.MAX_SAFE_INTEGER) return;
    if (Date.now() - last < WINDOW_MILLISECONDS || Date.now() < this.#deniedUntil) {
      await this.ctx.storage.setAlarm(Date.now() + IDLE_MILLISECONDS);
      return;
    }
    this.#times = [];
    await this.ctx.storage.deleteAll();
  }
}

function decisionFrom(open: readonly number[], allowed: boolean, now: number): Omit<RateDecision, "denied"> {
  const oldest = open[0] ?? now;
  return {
    allowed,
    limit: REQUESTS_PER_MINUTE,
    windowSeconds: WINDOW_MILLISECONDS / 1000,
    remaining: REQUESTS_PER_MINUTE - open.length,
    // Rounded up: a client that waits as long as it is told is admitted.
    resetSeconds: Math.max(1, Math.ceil((oldest + WINDOW_MILLISECONDS - now) / 1000)),
  };
}
