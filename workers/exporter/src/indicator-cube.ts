import { DurableObject } from "cloudflare:workers";
import { EdgeError } from "@aarohan/contract";
import { type Cube, frozenChunks, indicatorNamed, type Tally, tally } from "@aarohan/measures";
import type { MonthRows } from "@aarohan/releases";
import type { CountQuestion, Counts } from "@aarohan/reports";
import type { ExporterConfig } from "./config.ts";
import { CountedCube } from "./counted-cube.ts";
import { type CubeCheck, type CubeFacts, CubeProgress } from "./cube-progress.ts";
import { OVERLAP_MILLISECONDS, partOf, type RoundPage, readPage } from "./cube-round.ts";
import { createFactPages } from "./fact-pages.ts";
import { faultOf, logJob } from "./log.ts";
import { type Services, servicesFor, UNCONFIGURED_MILLISECONDS, usableServices } from "./services.ts";

export interface CubeState {
  readonly dataAsOf: number | undefined;
  readonly builtAt: number | undefined;
  readonly isRebuilding: boolean;
  readonly check: CubeCheck | undefined;
}

export interface CountedMonths {
  /** Milliseconds since 1970: everything that changed before is counted. */
  readonly dataAsOf: number;
  /** In order. */
  readonly months: readonly number[];
}

/** Pages of one alarm. */
const PAGES_AT_ONCE = 10;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/**
 * One tenant's indicators: reads what has changed at the programme's server, keeps of each resource what indicators need, and
 * counts persons, so that a question is answered from memory. Rounds by alarm; each step is committed as a whole, and repeated
 * where it was interrupted. Holds the cube.
 */
export class IndicatorCube extends DurableObject<Env> {
  readonly #progress: CubeProgress;
  readonly #counted: CountedCube;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#progress = new CubeProgress(ctx.storage);
    this.#counted = new CountedCube(ctx.storage, this.#progress);
  }

  /** Counts; `undefined` while the first round is under way. */
  async ask(tenant: string, questions: readonly CountQuestion[]): Promise<Counts | undefined> {
    const { programme } = servicesFor(this.env);
    const known = this.#progress.facts;
    if (known === undefined || known.keyId !== programme.keyId) this.#begin(tenant, programme.keyId);
    await this.#wake();
    const { dataAsOf } = this.#progress.facts ?? {};
    if (dataAsOf === undefined) return undefined;
    const cube = this.#counted.loaded();
    return { dataAsOf, tallies: questions.map((question) => answered(cube, question)) };
  }

  /** Months with somebody, since 1970; `undefined` while the first round is under way. */
  async counted(tenant: string): Promise<CountedMonths | undefined> {
    const answer = await this.ask(tenant, []);
    return answer === undefined
      ? undefined
      : { dataAsOf: answer.dataAsOf, months: this.#counted.loaded().months() };
  }

  /** A month's rows as they would be frozen now. */
  monthRows(month: number): MonthRows {
    const cube = this.#counted.loaded();
    return { names: cube.names, chunks: frozenChunks(cube, [month]) };
  }

  async state(tenant: string): Promise<CubeState> {
    await this.ask(tenant, []);
    const { dataAsOf, builtAt, rebuildFrom, check } = this.#progress.facts ?? {};
    return { dataAsOf, builtAt, isRebuilding: rebuildFrom !== undefined || dataAsOf === undefined, check };
  }

  /** Reads everything anew, beside what is counted, which answers until then; the two are compared. */
  async rebuild(tenant: string): Promise<void> {
    await this.ask(tenant, []);
    if (this.#progress.facts?.dataAsOf === undefined || this.#progress.facts.rebuildFrom !== undefined)
      return;
    this.#beginRebuild();
    await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(): Promise<void> {
    const facts = this.#progress.facts;
    if (facts === undefined) return;
    const services = usableServices(this.env, "indicators");
    if (services === undefined) return this.ctx.storage.setAlarm(Date.now() + UNCONFIGURED_MILLISECONDS);
    try {
      const pause = await this.#step(facts, services);
      await this.ctx.storage.setAlarm(Date.now() + pause);
    } catch (error) {
      this.#counted.unload();
      const attempts = facts.attempts + 1;
      logJob("warn", "indicator-step-failed", { tenant: facts.tenant, ...faultOf(error), attempts });
      // A cursor that is forgotten is asked for anew, from where it was.
      if (error instanceof EdgeError && error.code === "page-expired")
        this.#progress.set({ cursor: undefined });
      this.#progress.set({ attempts });
      await this.ctx.storage.setAlarm(Date.now() + Math.min(500 * 2 ** attempts, LONGEST_PAUSE_MILLISECONDS));
    }
  }

  /** Milliseconds until the next one. */
  async #step(facts: CubeFacts, { config, programme }: Services): Promise<number> {
    if (facts.roundFrom === undefined) return this.#beginRound(facts, config);
    const { tenant } = facts;
    const names = programme.indicatorNames(tenant);
    const seal = (type: string, id: string) => names.seal(type, id);
    const pages = createFactPages(programme.tenant(tenant), seal, config.pageSize);
    for (let read = 0; read < PAGES_AT_ONCE; read += 1) {
      const round = this.#progress.facts;
      if (round?.roundFrom === undefined) return 0;
      const part = partOf(round);
      if (part === undefined) return this.#end(round, round.roundFrom, config);
      const page = await readPage(part, round, this.#counted, pages, { requestId: "indicators" });
      if (this.#progress.isUnderWay(round)) this.#take(page, round);
    }
    return 0;
  }

  #beginRound({ builtAt, rebuildFrom }: CubeFacts, config: ExporterConfig): number {
    const isDue = builtAt !== undefined && Date.now() - builtAt > config.indicatorRebuildMilliseconds;
    if (isDue && rebuildFrom === undefined) this.#beginRebuild();
    else this.#progress.beginRound();
    return 0;
  }

  #take({ next, progress, take }: RoundPage, { part }: CubeFacts): void {
    const isOver = next === undefined;
    this.#counted.commit(take, {
      ...progress,
      cursor: next,
      ...(isOver ? { part: part + 1, readUpTo: undefined } : {}),
    });
  }

  #begin(tenant: string, keyId: number): void {
    this.ctx.storage.transactionSync(() => {
      this.#counted.clear();
      this.#progress.begin(tenant, keyId);
    });
  }

  #beginRebuild(): void {
    this.ctx.storage.transactionSync(() => {
      this.#counted.next.clear();
      // The round that is under way is given up: what it has read is counted, and what it has not is read now.
      this.#progress.beginRound({ rebuildFrom: Date.now() });
    });
  }

  #end(round: CubeFacts, roundFrom: number, config: ExporterConfig): number {
    if (round.rebuildFrom !== undefined) return this.#endRebuild(round, round.rebuildFrom);
    const builtAt = round.builtAt ?? roundFrom;
    this.#counted.save({ roundFrom: undefined, dataAsOf: roundFrom, builtAt, attempts: 0 });
    return config.indicatorRefreshMilliseconds;
  }

  /** Compares what was counted with what was read, and counts that from now on. Holds one cube at a time. */
  #endRebuild({ tenant, dataAsOf = 0 }: CubeFacts, rebuildFrom: number): number {
    const { table, next } = this.#counted;
    const before = Math.min(dataAsOf, rebuildFrom) - OVERLAP_MILLISECONDS;
    const check = {
      at: Date.now(),
      cells: this.#counted.cellsUnlike(),
      facts: table.unlike(next, before) + next.unlike(table, before),
    };
    if (check.cells + check.facts > 0) logJob("warn", "indicator-check-differs", { tenant, ...check });
    this.#counted.swap({
      rebuildFrom: undefined,
      roundFrom: undefined,
      dataAsOf: rebuildFrom,
      builtAt: rebuildFrom,
      attempts: 0,
      check,
    });
    return 0;
  }

  async #wake(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }
}

/** Nothing for an indicator that there is not. */
function answered(cube: Cube, { indicator: id, ...query }: CountQuestion): Tally[] {
  const indicator = indicatorNamed(id);
  return indicator === undefined ? [] : tally(cube, { ...query, indicator });
}
