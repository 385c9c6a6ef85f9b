import { DurableObject } from "cloudflare:workers";
import { EdgeError } from "@aarohan/contract";
import {
  Cube,
  deletionFact,
  eachPerson,
  FACT_TYPES,
  type Fact,
  type FactType,
  forgetPatients,
  frozenChunks,
  indicatorNamed,
  type RowChanges,
  type Tally,
  takeFacts,
  tally,
} from "@aarohan/measures";
import type { MonthRows } from "@aarohan/releases";
import type { CountQuestion, Counts } from "@aarohan/reports";
import type { Call } from "@aarohan/upstream";
import { CubeTable } from "./cube-table.ts";
import { createFactPages, type FactPages, type PageStart } from "./fact-pages.ts";
import { FactTable, type Generation } from "./fact-table.ts";
import { faultOf, logJob } from "./log.ts";
import { type Services, servicesFor, UNCONFIGURED_MILLISECONDS, usableServices } from "./services.ts";

/** How what was counted change by change compares with what was read from scratch. */
export interface CubeCheck {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Cells of the cube that count otherwise than the facts that it was counted from. */
  readonly cells: number;
  /** Facts that reading from scratch finds otherwise, of those written before the last round; what was deleted since is among them. */
  readonly facts: number;
}

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

/** How far the programme's server was read. */
interface CubeFacts {
  readonly tenant: string;
  /** Id of the key of the names: with another one, everything is read anew. */
  readonly keyId: number;
  /** When the round began, in milliseconds since 1970; `undefined` between two rounds. */
  readonly roundFrom?: number;
  /** Place in `PARTS` of what is being read, and the cursor of its next page. */
  readonly part: number;
  readonly cursor?: string;
  /** Latest change of a Consent that was read of this part: from there it goes on without a cursor. */
  readonly readUpTo?: number;
  /** By type the latest change that was read. */
  readonly reached: Readonly<Record<string, number>>;
  /** Everything before is counted. */
  readonly dataAsOf?: number;
  /** When everything was read from scratch. */
  readonly builtAt?: number;
  /** Table whose facts are counted. */
  readonly generation: Generation;
  /** When reading everything anew began, into the other table, while the counted one answers. */
  readonly rebuildFrom?: number;
  /** What the last time found. */
  readonly check?: CubeCheck;
  /** False while the stored cube is older than the facts. */
  readonly isSaved: boolean;
  readonly attempts: number;
}

/**
 * What a round reads, page by page. The first one, and one that reads everything anew, is over with the changes. By the Consents
 * that have changed, who is withheld now is forgotten; then who is not is read whole: nobody is shown meanwhile who must not be.
 */
type Part =
  | { readonly kind: "changes" | "deletions"; readonly type: FactType }
  | { readonly kind: "withheld" | "shown" };

const PARTS: readonly Part[] = [
  ...FACT_TYPES.map((type) => ({ kind: "changes", type }) as const),
  ...FACT_TYPES.map((type) => ({ kind: "deletions", type }) as const),
  { kind: "withheld" },
  { kind: "shown" },
];

interface PartPage {
  /** Cursor of the next one; `undefined` on the last. */
  readonly next: string | undefined;
  readonly progress?: Changes;
  take(): RowChanges | undefined;
}

const FACTS = "facts";
/** Pages of one alarm. */
const PAGES_AT_ONCE = 10;
/** Clocks differ, and what is being written while a page is read has an earlier time. */
const OVERLAP_MILLISECONDS = 60_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;
/** Consents of a page by which patients are forgotten, and by which they are read whole. */
const FORGOTTEN_AT_ONCE = 500;
const SHOWN_AT_ONCE = 50;

/**
 * One tenant's indicators: reads what has changed at the programme's server, keeps of each resource what indicators need, and
 * counts persons, so that a question is answered from memory. Rounds by alarm; each step is committed as a whole, and repeated
 * where it was interrupted. Holds the cube: at most about 60 MB for a million different rows.
 */
export class IndicatorCube extends DurableObject<Env> {
  readonly #tables: readonly [FactTable, FactTable];
  readonly #stored: CubeTable;
  /** `undefined` until it is needed, and after a step that went wrong. */
  #cube: Cube | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#tables = [new FactTable(ctx.storage.sql, 0), new FactTable(ctx.storage.sql, 1)];
    this.#stored = new CubeTable(ctx.storage.sql);
  }

  /** Counts; `undefined` while the first round is under way. */
  async ask(tenant: string, questions: readonly CountQuestion[]): Promise<Counts | undefined> {
    const { programme } = servicesFor(this.env);
    const known = this.#facts;
    if (known === undefined || known.keyId !== programme.keyId) this.#begin(tenant, programme.keyId);
    await this.#wake();
    const { dataAsOf } = this.#facts ?? {};
    if (dataAsOf === undefined) return undefined;
    const cube = this.#loaded();
    return { dataAsOf, tallies: questions.map((question) => answered(cube, question)) };
  }

  /** Months with somebody, since 1970; `undefined` while the first round is under way. */
  async counted(tenant: string): Promise<CountedMonths | undefined> {
    const answer = await this.ask(tenant, []);
    return answer === undefined ? undefined : { dataAsOf: answer.dataAsOf, months: this.#loaded().months() };
  }

  /** A month's rows as they would be frozen now. */
  monthRows(month: number): MonthRows {
    const cube = this.#loaded();
    return { names: cube.names, chunks: frozenChunks(cube, [month]) };
  }

  async state(tenant: string): Promise<CubeState> {
    await this.ask(tenant, []);
    const { dataAsOf, builtAt, rebuildFrom, check } = this.#facts ?? {};
    return { dataAsOf, builtAt, isRebuilding: rebuildFrom !== undefined || dataAsOf === undefined, check };
  }

  /** Reads everything anew, beside what is counted, which answers until then; the two are compared. */
  async rebuild(tenant: string): Promise<void> {
    await this.ask(tenant, []);
    if (this.#facts?.dataAsOf === undefined || this.#facts.rebuildFrom !== undefined) return;
    this.#beginRebuild();
    await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(): Promise<void> {
    const facts = this.#facts;
    if (facts === undefined) return;
    const services = usableServices(this.env, "indicators");
    if (services === undefined) return this.ctx.storage.setAlarm(Date.now() + UNCONFIGURED_MILLISECONDS);
    try {
      const pause = await this.#step(facts, services);
      await this.ctx.storage.setAlarm(Date.now() + pause);
    } catch (error) {
      // What is in memory may be half of a step.
      this.#cube = undefined;
      const attempts = facts.attempts + 1;
      logJob("warn", "indicator-step-failed", { tenant: facts.tenant, ...faultOf(error), attempts });
      // A cursor that is forgotten is asked for anew, from where it was.
      if (error instanceof EdgeError && error.code === "page-expired") this.#set({ cursor: undefined });
      this.#set({ attempts });
      await this.ctx.storage.setAlarm(Date.now() + Math.min(500 * 2 ** attempts, LONGEST_PAUSE_MILLISECONDS));
    }
  }

  /** Milliseconds until the next one. */
  async #step(facts: CubeFacts, { config, programme }: Services): Promise<number> {
    const { tenant, builtAt, roundFrom } = facts;
    const call = { requestId: "indicators" };
    const names = programme.indicatorNames(tenant);
    const pages = createFactPages(
      programme.tenant(tenant),
      (type, id) => names.seal(type, id),
      config.pageSize,
    );
    if (roundFrom === undefined) {
      const isDue = builtAt !== undefined && Date.now() - builtAt > config.indicatorRebuildMilliseconds;
      if (isDue && facts.rebuildFrom === undefined) this.#beginRebuild();
      this.#set({ roundFrom: Date.now(), ...FIRST_PART });
      return 0;
    }
    for (let read = 0; read < PAGES_AT_ONCE; read += 1) {
      const round = this.#facts;
      if (round?.roundFrom === undefined) return 0;
      const part = partOf(round);
      if (part !== undefined) await this.#readPage(part, round, pages, call);
      else if (round.rebuildFrom !== undefined) return this.#endRebuild(round.rebuildFrom);
      else return this.#endRound(round.roundFrom, config.indicatorRefreshMilliseconds);
    }
    return 0;
  }

  #beginRebuild(): void {
    this.ctx.storage.transactionSync(() => {
      this.#next.clear();
      // The round that is under way is given up: what it has read is counted, and what it has not is read now.
      const roundFrom = Date.now();
      this.#set({ rebuildFrom: roundFrom, roundFrom, ...FIRST_PART });
    });
  }

  /** Compares what was counted with what was read, and counts that from now on. Holds one cube at a time. */
  #endRebuild(rebuildFrom: number): number {
    const { dataAsOf = 0, generation = 0 } = this.#facts ?? {};
    const before = Math.min(dataAsOf, rebuildFrom) - OVERLAP_MILLISECONDS;
    const check = {
      at: Date.now(),
      cells: this.#cellsUnlike(),
      facts: this.#table.unlike(this.#next, before) + this.#next.unlike(this.#table, before),
    };
    if (check.cells + check.facts > 0)
      logJob("warn", "indicator-check-differs", { tenant: this.#facts?.tenant ?? "", ...check });
    this.#cube = undefined;
    this.ctx.storage.transactionSync(() => {
      this.#table.clear();
      this.#stored.clear();
      this.#set({
        generation: generation === 0 ? 1 : 0,
        rebuildFrom: undefined,
        roundFrom: undefined,
        dataAsOf: rebuildFrom,
        builtAt: rebuildFrom,
        isSaved: false,
        attempts: 0,
        check,
      });
      this.#stored.save(this.#loaded());
      this.#set({ isSaved: true });
    });
    return 0;
  }

  /** Takes everybody out of the cube of whom there are facts: nobody must be left. */
  #cellsUnlike(): number {
    const cube = this.#loaded();
    for (const rows of eachPerson(this.#table, this.#table.patients()))
      cube.take({ removed: rows, added: { screenings: [], followUps: [] } });
    return cube.occupied();
  }

  /** Whether it is still what is read: while the server was asked, somebody may have begun another one. */
  #isUnderWay({ roundFrom, rebuildFrom }: CubeFacts): boolean {
    return this.#facts?.roundFrom === roundFrom && this.#facts?.rebuildFrom === rebuildFrom;
  }

  async #readPage(part: Part, round: CubeFacts, pages: FactPages, call: Call): Promise<void> {
    const { next, progress, take } = await this.#read(part, round, pages, call);
    if (!this.#isUnderWay(round)) return;
    this.#commit(take, {
      ...progress,
      cursor: next,
      ...(next === undefined ? { part: round.part + 1, readUpTo: undefined } : {}),
    });
  }

  async #read(part: Part, round: CubeFacts, pages: FactPages, call: Call): Promise<PartPage> {
    if (part.kind === "changes") return this.#readChanges(part.type, round, pages, call);
    const { cursor, dataAsOf = 0, readUpTo = dataAsOf - OVERLAP_MILLISECONDS } = round;
    const from = cursor === undefined ? { since: readUpTo } : { cursor };
    if (part.kind === "deletions") return this.#readDeletions(part.type, from, pages, call);
    const isShown = part.kind === "shown";
    const page = await pages.consents(from, isShown ? SHOWN_AT_ONCE : FORGOTTEN_AT_ONCE, call);
    const progress = { readUpTo: page.reached ?? readUpTo };
    const withheld = await pages.withheldOf(page.patients, call);
    if (!isShown) {
      const names = [...withheld].map((id) => pages.nameOf("Patient", id));
      return { next: page.next, progress, take: () => forgetPatients(this.#table, names) };
    }
    const shown = page.patients.filter((id) => !withheld.has(id));
    const facts = await pages.about(shown, FACT_TYPES, call);
    return { next: page.next, progress, take: () => takeFacts(this.#table, facts) };
  }

  async #readChanges(type: FactType, round: CubeFacts, pages: FactPages, call: Call): Promise<PartPage> {
    const { cursor, reached, rebuildFrom } = round;
    const since = rebuildFrom === undefined ? reached[type] : undefined;
    const from =
      cursor === undefined
        ? { since: since === undefined ? undefined : since - OVERLAP_MILLISECONDS }
        : { cursor };
    const page = await pages.read(type, from, call);
    const latest = Math.max(reached[type] ?? 0, page.reached ?? 0);
    return {
      next: page.next,
      progress: { reached: latest === 0 ? reached : { ...reached, [type]: latest } },
      take: () => this.#taken(page.facts, rebuildFrom === undefined),
    };
  }

  async #readDeletions(type: FactType, from: PageStart, pages: FactPages, call: Call): Promise<PartPage> {
    const { deletions, next } = await pages.deletions(type, from, call);
    const take = () =>
      takeFacts(
        this.#table,
        deletions.flatMap(({ key, at }) => this.#deletionOf(key, at)),
      );
    return { next, take };
  }

  /** What is read from scratch is counted at the end. */
  #taken(facts: readonly Fact[], isCounted: boolean): RowChanges | undefined {
    if (isCounted) return takeFacts(this.#table, facts);
    takeFacts(this.#next, facts);
    return undefined;
  }

  #deletionOf(key: string, at = Date.now()): Fact[] {
    const known = this.#table.get(key);
    return known === undefined ? [] : [deletionFact(known, at)];
  }

  #endRound(roundFrom: number, pause: number): number {
    const builtAt = this.#facts?.builtAt ?? roundFrom;
    this.ctx.storage.transactionSync(() => {
      this.#stored.save(this.#loaded());
      this.#set({ roundFrom: undefined, dataAsOf: roundFrom, builtAt, isSaved: true, attempts: 0 });
    });
    return pause;
  }

  #commit(change: () => RowChanges | undefined, facts: Changes): void {
    const cube = this.#loaded();
    this.ctx.storage.transactionSync(() => {
      const changes = change();
      if (changes !== undefined) cube.take(changes);
      this.#set({ ...facts, ...(changes === undefined ? {} : { isSaved: false }) });
    });
  }

  #begin(tenant: string, keyId: number): void {
    this.ctx.storage.transactionSync(() => {
      for (const table of this.#tables) table.clear();
      this.#stored.clear();
      this.ctx.storage.kv.put(FACTS, {
        tenant,
        keyId,
        generation: 0,
        part: 0,
        reached: {},
        isSaved: true,
        attempts: 0,
      } satisfies CubeFacts);
    });
    this.#cube = undefined;
  }

  get #table(): FactTable {
    return this.#tables[this.#facts?.generation ?? 0];
  }

  get #next(): FactTable {
    return this.#tables[this.#facts?.generation === 1 ? 0 : 1];
  }

  get #facts(): CubeFacts | undefined {
    return this.ctx.storage.kv.get<CubeFacts>(FACTS);
  }

  #set(change: Changes): void {
    this.ctx.storage.kv.put(FACTS, { ...this.#facts, ...change });
  }

  /** As it was stored; from the facts, where it was not. */
  #loaded(): Cube {
    this.#cube ??= this.#facts?.isSaved === false ? this.#countedAnew() : this.#stored.load();
    return this.#cube;
  }

  /** Its numbers stand for names in another order: nothing of what was stored goes with it. */
  #countedAnew(): Cube {
    this.#stored.clear();
    const cube = new Cube();
    for (const rows of eachPerson(this.#table, this.#table.patients())) cube.add(rows);
    return cube;
  }

  async #wake(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }
}

const FIRST_PART = { part: 0, cursor: undefined, readUpTo: undefined };

/** `undefined` where the round is over. */
function partOf({ part, dataAsOf, rebuildFrom }: CubeFacts): Part | undefined {
  const own = PARTS[part];
  const isWhole = dataAsOf === undefined || rebuildFrom !== undefined;
  return isWhole && own?.kind !== "changes" ? undefined : own;
}

type Changes = { readonly [K in keyof CubeFacts]?: CubeFacts[K] | undefined };

/** Nothing for an indicator that there is not. */
function answered(cube: Cube, { indicator: id, ...query }: CountQuestion): Tally[] {
  const indicator = indicatorNamed(id);
  return indicator === undefined ? [] : tally(cube, { ...query, indicator });
}
