import { DurableObject } from "cloudflare:workers";
import {
  type AuditedUser,
  DOWNLOAD_BYTES_PER_MINUTE,
  type ErrorCode,
  type RateDecision,
  REQUESTS_PER_MINUTE,
  type UserStanding,
} from "@aarohan/contract";
import { type Allowance, charge, fullAllowance, refund, type SentBytes, standing } from "@aarohan/files";
import { RepeatedRefusals } from "./repeated-refusals.ts";

const WINDOW_MILLISECONDS = 60_000;
/** An unused limiter removes itself this long after its last window has passed. */
const IDLE_MILLISECONDS = 10 * 60_000;
/** Acceptances are written ahead, so many and for so long at most: what was not needed of them counts as used after an eviction. */
const AHEAD = 9;
const AHEAD_MILLISECONDS = 10_000;
const ACCEPTANCES = "acceptances";
const DENIED_UNTIL = "denied-until";
const SENT = "sent-bytes";
const DOWNLOADS: Allowance = { bytes: DOWNLOAD_BYTES_PER_MINUTE, milliseconds: WINDOW_MILLISECONDS };

/** Times in milliseconds since 1970: of acceptances, and until when so many more may have been given. */
interface KeptAcceptances {
  readonly times: readonly number[];
  readonly ahead: number;
  readonly until: number;
}

/**
 * One user's requests: at most 100 in any 60 seconds, by an exact sliding window of the times of the last 100
 * acceptances. No acceptance is told before it, or a block of ten that it is in, is written: an eviction gives no fresh allowance,
 * and may cost nine requests of it. A refusal writes nothing; those that repeat one of the same minute are counted, and the trail is
 * told their number when the minute is over. An object that ends before forgets the number.
 */
export class RateLimiter extends DurableObject<Env> {
  #times: number[];
  /** Of the block that is written: how many are left, and until when. */
  #ahead = 0;
  #aheadUntil = 0;
  #deniedUntil: number;
  #sent: SentBytes;
  #hasAlarm = false;
  readonly #refusals = new RepeatedRefusals();
  /** Whose they are, by the client that asked last. */
  #refused: AuditedUser | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#times = timesOf(ctx.storage.kv.get<KeptAcceptances>(ACCEPTANCES));
    this.#deniedUntil = ctx.storage.kv.get<number>(DENIED_UNTIL) ?? 0;
    this.#sent = ctx.storage.kv.get<SentBytes>(SENT) ?? fullAllowance(DOWNLOADS, Date.now());
  }

  /** Without a user no refusal is counted. */
  async admit(user?: AuditedUser): Promise<RateDecision> {
    return this.admitAt(Date.now(), user);
  }

  /** As `admit`, at a given time in milliseconds since 1970; times must not go back. */
  async admitAt(now: number, user?: AuditedUser): Promise<RateDecision> {
    const open = this.#times.filter((time) => time > now - WINDOW_MILLISECONDS);
    const denied = now < this.#deniedUntil;
    const allowed = !denied && open.length < REQUESTS_PER_MINUTE;
    if (allowed) {
      open.push(now);
      this.#times = open;
      await this.#accept(now);
    }
    const isCounted = !allowed && (await this.#count(denied ? "token-revoked" : "rate-limited", now, user));
    return { ...decisionFrom(open, allowed, now), denied, isCounted };
  }

  async #count(code: ErrorCode, now: number, user: AuditedUser | undefined): Promise<boolean> {
    const wasEmpty = this.#refusals.isEmpty;
    if (user === undefined || !this.#refusals.count(code, now)) return false;
    this.#refused = user;
    if (wasEmpty) await this.ctx.storage.setAlarm(now + WINDOW_MILLISECONDS);
    return true;
  }

  /** False where there is nothing to tell. */
  async #tellRefusals(): Promise<boolean> {
    const counts = this.#refusals.take();
    if (counts.length === 0 || this.#refused === undefined) return false;
    const { tenant, agent } = this.#refused;
    await this.env.AUDIT_TRAIL.getByName(tenant).countRefusals(counts, agent);
    return true;
  }

  async #accept(now: number): Promise<void> {
    if (this.#ahead > 0 && now < this.#aheadUntil) {
      this.#ahead -= 1;
      return;
    }
    this.#ahead = Math.min(AHEAD, REQUESTS_PER_MINUTE - this.#times.length);
    this.#aheadUntil = now + AHEAD_MILLISECONDS;
    const kept: KeptAcceptances = { times: this.#times, ahead: this.#ahead, until: this.#aheadUntil };
    this.ctx.storage.kv.put(ACCEPTANCES, kept);
    await this.#wakeWhenIdle(now);
  }

  /** What is left at this moment. It costs nothing, and writes nothing. */
  async standing(): Promise<UserStanding> {
    const now = Date.now();
    const open = this.#times.filter((time) => time > now - WINDOW_MILLISECONDS);
    const { remaining, resetSeconds, windowSeconds } = decisionFrom(open, true, now);
    return {
      denied: now < this.#deniedUntil,
      limits: [
        {
          name: "requests",
          most: REQUESTS_PER_MINUTE,
          left: remaining,
          windowSeconds,
          resetSeconds: open.length === 0 ? 0 : resetSeconds,
        },
        {
          name: "download-bytes",
          most: DOWNLOAD_BYTES_PER_MINUTE,
          windowSeconds,
          ...standing(this.#sent, DOWNLOADS, now),
        },
      ],
    };
  }

  /**
   * Charges a download's bytes before they are sent; `undefined` where they may be. Else nothing is charged, and it is the
   * whole seconds until the debt of those before is paid.
   */
  async charge(bytes: number): Promise<number | undefined> {
    const { sent, retrySeconds } = charge(this.#sent, bytes, DOWNLOADS, Date.now());
    await this.#keep(sent);
    return retrySeconds;
  }

  /** Gives back what was charged and not sent. */
  async refund(bytes: number): Promise<void> {
    await this.#keep(refund(this.#sent, bytes, DOWNLOADS, Date.now()));
  }

  async #keep(sent: SentBytes): Promise<void> {
    this.#sent = sent;
    this.ctx.storage.kv.put(SENT, sent);
    await this.#wakeWhenIdle(Date.now());
  }

  /** Admits nothing before this time, in milliseconds since 1970; 0 takes it back. */
  async deny(until: number): Promise<void> {
    this.#deniedUntil = until;
    this.ctx.storage.kv.put(DENIED_UNTIL, until);
    await this.#wakeWhenIdle(Date.now());
  }

  async #wakeWhenIdle(now: number): Promise<void> {
    if (this.#hasAlarm) return;
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(now + IDLE_MILLISECONDS);
    this.#hasAlarm = true;
  }

  override async alarm(): Promise<void> {
    this.#hasAlarm = false;
    if (await this.#tellRefusals()) {
      await this.#wakeWhenIdle(Date.now());
      return;
    }
    const last = this.#times.at(-1) ?? 0;
    // Who is denied for good is kept without an alarm.
    if (this.#deniedUntil === Number.MAX_SAFE_INTEGER) return;
    // Without bytes it is charged nothing, and tells whether there is a debt.
    const isInDebt = charge(this.#sent, 0, DOWNLOADS, Date.now()).retrySeconds !== undefined;
    if (Date.now() - last < WINDOW_MILLISECONDS || Date.now() < this.#deniedUntil || isInDebt) {
      await this.#wakeWhenIdle(Date.now());
      return;
    }
    this.#times = [];
    this.#ahead = 0;
    this.#sent = fullAllowance(DOWNLOADS, Date.now());
    await this.ctx.storage.deleteAll();
  }
}

/** What was written ahead happened, as far as is known, at the last moment. */
function timesOf(kept: KeptAcceptances | undefined): number[] {
  if (kept === undefined) return [];
  return [...kept.times, ...Array.from({ length: kept.ahead }, () => kept.until)];
}

function decisionFrom(
  open: readonly number[],
  allowed: boolean,
  now: number,
): Omit<RateDecision, "denied" | "isCounted"> {
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
