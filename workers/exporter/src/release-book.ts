import { DurableObject } from "cloudflare:workers";
import { DisclosureError } from "@aarohan/deid";
import { type EvaluatedGroup, indicatorNamed } from "@aarohan/measures";
import {
  type DeclaredQuestion,
  nextRelease,
  type PublishedYear,
  type ReleaseSchedule,
  type ReleaseSources,
  releasedGroups,
  type SuppressedShares,
} from "@aarohan/releases";
import { closedMonths } from "./closed-months.ts";
import type { ExporterConfig } from "./config.ts";
import { faultOf, logJob } from "./log.ts";
import { ReleaseTable } from "./release-table.ts";
import { servicesFor } from "./services.ts";

/** The release that is in force. */
export interface ReleaseHead {
  /** `2026-11-29/3`: the day of the release, and how many there were. */
  readonly release: string;
  /** Milliseconds since 1970: when it was made, and up to when the records were known. */
  readonly releasedAt: number;
  readonly dataAsOf: number;
}

export interface ReleasedAnswer extends ReleaseHead {
  /** Of each question; `undefined` where the year or the month is not published. */
  readonly groups: readonly (readonly EvaluatedGroup[] | undefined)[];
}

/** What a release has of a year, for those who run the programme. */
export interface ReleasedYearState {
  readonly year: number;
  readonly months: number;
  readonly isClosed: boolean;
  readonly disclosure: string;
  readonly k: number;
  readonly revisions: number;
  readonly postponed: number;
  readonly shares: SuppressedShares | undefined;
}

export interface ReleaseState {
  readonly head: ReleaseHead | undefined;
  readonly years: readonly ReleasedYearState[];
  /** When the next one is made, in milliseconds since 1970; `undefined` until the first round is over. */
  readonly nextAt: number | undefined;
}

interface BookFacts {
  readonly tenant: string;
  readonly number: number;
  readonly head?: ReleaseHead;
  /** When the round began that is under way. */
  readonly roundFrom?: number;
  /** Year that is looked at next in it. */
  readonly year?: number;
  /** `undefined` until the first round is over. */
  readonly nextAt?: number;
  readonly attempts: number;
}

const FACTS = "facts";
const WAIT_MILLISECONDS = 1000;
const LONGEST_PAUSE_MILLISECONDS = 3_600_000;

/**
 * One tenant's releases of the tables that who may not see rows is to get. By alarm, once a week: months that have closed since, and
 * now and then what has changed in the others; a year a step, each committed whole, and made anew where it was interrupted. Between
 * two releases no number changes.
 */
export class ReleaseBook extends DurableObject<Env> {
  readonly #table: ReleaseTable;
  /** Years as they are published, while the object is in memory. */
  readonly #years = new Map<number, PublishedYear | undefined>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#table = new ReleaseTable(ctx.storage.sql);
  }

  /** `undefined` until the first round is over: while it goes on, a year that is not there yet is not one without a release. */
  async head(tenant: string): Promise<ReleaseHead | undefined> {
    await this.#wake(tenant);
    return this.#facts?.nextAt === undefined ? undefined : this.#facts.head;
  }

  async ask(tenant: string, questions: readonly DeclaredQuestion[]): Promise<ReleasedAnswer | undefined> {
    const head = await this.head(tenant);
    return head === undefined ? undefined : { ...head, groups: questions.map((one) => this.#answered(one)) };
  }

  async state(tenant: string): Promise<ReleaseState> {
    const head = await this.head(tenant);
    const years = this.#table.years().flatMap((year) => stateOf(this.#year(year)));
    return { head, years, nextAt: this.#facts?.nextAt };
  }

  override async alarm(): Promise<void> {
    const facts = this.#facts;
    if (facts === undefined) return;
    try {
      const pause = await this.#step(facts);
      await this.ctx.storage.setAlarm(Date.now() + pause);
    } catch (error) {
      const attempts = facts.attempts + 1;
      logJob("warn", "release-failed", { tenant: facts.tenant, ...faultOf(error), attempts });
      this.#set({ attempts });
      await this.ctx.storage.setAlarm(
        Date.now() + Math.min(WAIT_MILLISECONDS * 2 ** attempts, LONGEST_PAUSE_MILLISECONDS),
      );
    }
  }

  /** Milliseconds until the next one. */
  async #step({ tenant, nextAt, roundFrom, year }: BookFacts): Promise<number> {
    const now = Date.now();
    if (roundFrom === undefined) {
      if (nextAt !== undefined && now < nextAt) return nextAt - now;
      this.#set({ roundFrom: now, year: undefined });
      return 0;
    }
    const { config } = servicesFor(this.env);
    const cube = this.env.INDICATOR_CUBE.getByName(tenant);
    const counted = await cube.counted(tenant);
    if (counted === undefined) return WAIT_MILLISECONDS;
    const last = new Date(counted.dataAsOf).getUTCFullYear();
    const first = counted.months[0] === undefined ? last + 1 : 1970 + Math.floor(counted.months[0] / 12);
    const own = year ?? first;
    if (own > last) return this.#endRound(roundFrom, config);
    await this.#releaseYear(tenant, own, counted.dataAsOf, config);
    this.#set({ year: own + 1, attempts: 0 });
    return 0;
  }

  async #releaseYear(tenant: string, year: number, dataAsOf: number, config: ExporterConfig): Promise<void> {
    const months = closedMonths(year, dataAsOf, config.releaseClosingDays);
    const known = this.#year(year);
    if (months === 0) return;
    const cube = this.env.INDICATOR_CUBE.getByName(tenant);
    const live = (month: number) => cube.monthRows((year - 1970) * 12 + month);
    const now = Date.now();
    const next = await this.#next(known, year, months, { frozen: this.#table, live, now }, tenant, config);
    if (next === undefined) return;
    const isNews = next.places !== known?.places;
    this.ctx.storage.transactionSync(() => {
      this.#table.save(next);
      if (isNews) this.#publish(now, dataAsOf);
    });
    this.#years.set(year, next);
  }

  /** A year whose release would tell too much stays as it is; it is tried again with the next one. */
  async #next(
    known: PublishedYear | undefined,
    year: number,
    months: number,
    sources: ReleaseSources,
    tenant: string,
    config: ExporterConfig,
  ): Promise<PublishedYear | undefined> {
    try {
      return await nextRelease(known, year, months, sources, this.#schedule(tenant, config));
    } catch (error) {
      if (!(error instanceof DisclosureError)) throw error;
      logJob("warn", "release-withheld", { tenant, year, months });
      return undefined;
    }
  }

  #publish(now: number, dataAsOf: number): void {
    const number = (this.#facts?.number ?? 0) + 1;
    const release = `${new Date(now).toISOString().slice(0, 10)}/${number}`;
    this.#set({ number, head: { release, releasedAt: now, dataAsOf } });
  }

  #endRound(roundFrom: number, { releaseMilliseconds }: ExporterConfig): number {
    const nextAt = roundFrom + releaseMilliseconds;
    this.#set({ roundFrom: undefined, year: undefined, nextAt, attempts: 0 });
    return Math.max(0, nextAt - Date.now());
  }

  #schedule(
    tenant: string,
    { releaseDisclosure, releaseK, revisionMilliseconds }: ExporterConfig,
  ): ReleaseSchedule {
    const { programme } = servicesFor(this.env);
    return {
      disclosure: releaseDisclosure,
      k: releaseK,
      keyOf: programme.cellKeys(tenant),
      revisionMilliseconds,
    };
  }

  #answered(question: DeclaredQuestion): EvaluatedGroup[] | undefined {
    const published = this.#year(question.year);
    const indicator = indicatorNamed(question.indicator);
    if (published === undefined || indicator === undefined) return undefined;
    const { month } = question;
    const isThere =
      month === undefined ? published.isClosed || question.by.includes("month") : month < published.months;
    return isThere ? releasedGroups(published, indicator, question) : undefined;
  }

  #year(year: number): PublishedYear | undefined {
    if (!this.#years.has(year)) this.#years.set(year, this.#table.load(year));
    return this.#years.get(year);
  }

  get #facts(): BookFacts | undefined {
    return this.ctx.storage.kv.get<BookFacts>(FACTS);
  }

  #set(change: { readonly [K in keyof BookFacts]?: BookFacts[K] | undefined }): void {
    this.ctx.storage.kv.put(FACTS, { ...this.#facts, ...change });
  }

  async #wake(tenant: string): Promise<void> {
    if (this.#facts === undefined)
      this.ctx.storage.kv.put(FACTS, { tenant, number: 0, attempts: 0 } satisfies BookFacts);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }
}

function stateOf(published: PublishedYear | undefined): ReleasedYearState[] {
  if (published === undefined) return [];
  const { year, months, isClosed, disclosure, k, yearPlaces, postponed, shares } = published;
  return [
    { year, months, isClosed, disclosure, k, revisions: yearPlaces.revisions.length, postponed, shares },
  ];
}
