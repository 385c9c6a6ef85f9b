import { DurableObject } from "cloudflare:workers";
import { EdgeError } from "@aarohan/contract";
import {
  allRows,
  Cube,
  deletionFact,
  FACT_TYPES,
  type Fact,
  type FactType,
  forgetPatients,
  indicatorNamed,
  type RowChanges,
  type Tally,
  type TallyQuery,
  takeFacts,
  tally,
} from "@aarohan/measures";
import type { Call } from "@aarohan/upstream";
import { CubeTable } from "./cube-table.ts";
import { createFactPages, type FactPages } from "./fact-pages.ts";
import { FactTable } from "./fact-table.ts";
import { faultOf, logJob } from "./log.ts";
import { type Services, servicesFor } from "./services.ts";
import { consentsChangedSince } from "./withdrawn.ts";

/** A question as it comes by RPC. */
export interface CubeQuestion extends Omit<TallyQuery, "indicator"> {
  /** Id of the indicator. */
  readonly indicator: string;
}

export interface CubeAnswer {
  /** Milliseconds since 1970: everything that changed before is counted. */
  readonly dataAsOf: number;
  /** Of each question. */
  readonly tallies: readonly (readonly Tally[])[];
}

/** How far the programme's server was read. */
interface CubeFacts {
  readonly tenant: string;
  /** Id of the key of the names: with another one, everything is read anew. */
  readonly keyId: number;
  /** When the round began, in milliseconds since 1970; `undefined` between two rounds. */
  readonly roundFrom?: number;
  /** Type that is being read, and the cursor of its next page. */
  readonly type?: FactType;
  readonly cursor?: string;
  /** By type the latest change that was read. */
  readonly reached: Readonly<Record<string, number>>;
  /** Everything before is counted. */
  readonly dataAsOf?: number;
  /** When everything was read from scratch. */
  readonly builtAt?: number;
  /** False while the stored cube is older than the facts. */
  readonly isSaved: boolean;
  readonly attempts: number;
}

const FACTS = "facts";
/** Pages of one alarm. */
const PAGES_AT_ONCE = 10;
/** Clocks differ, and what is being written while a page is read has an earlier time. */
const OVERLAP_MILLISECONDS = 60_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/**
 * One tenant's indicators: reads what has changed at the programme's server, keeps of each resource what indicators need, and
 * counts persons, so that a question is answered from memory. Rounds by alarm; each step is committed as a whole, and repeated
 * where it was interrupted. Holds the cube: at most about 60 MB for a million different rows.
 */
export class IndicatorCube extends DurableObject<Env> {
  readonly #table: FactTable;
  readonly #stored: CubeTable;
  /** `undefined` until it is needed, and after a step that went wrong. */
  #cube: Cube | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#table = new FactTable(ctx.storage.sql);
    this.#stored = new CubeTable(ctx.storage.sql);
  }

  /** Counts; `undefined` while the first round is under way. */
  async ask(tenant: string, questions: readonly CubeQuestion[]): Promise<CubeAnswer | undefined> {
    const { programme } = servicesFor(this.env);
    const known = this.#facts;
    if (known === undefined || known.keyId !== programme.keyId) this.#begin(tenant, programme.keyId);
    await this.#wake();
    const { dataAsOf } = this.#facts ?? {};
    if (dataAsOf === undefined) return undefined;
    const cube = this.#loaded();
    return { dataAsOf, tallies: questions.map((question) => answered(cube, question)) };
  }

  /** Reads everything anew. */
  async rebuild(): Promise<void> {
    const { tenant, keyId } = this.#facts ?? {};
    if (tenant !== undefined && keyId !== undefined) this.#begin(tenant, keyId);
    await this.#wake();
  }

  override async alarm(): Promise<void> {
    const facts = this.#facts;
    if (facts === undefined) return;
    const services = servicesFor(this.env);
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
    const { tenant, builtAt = 0, roundFrom } = facts;
    const call = { requestId: "indicators" };
    const names = programme.indicatorNames(tenant);
    const pages = createFactPages(
      programme.tenant(tenant),
      (type, id) => names.seal(type, id),
      config.pageSize,
    );
    if (roundFrom === undefined) {
      if (Date.now() - builtAt > config.indicatorRebuildMilliseconds) this.#begin(tenant, facts.keyId);
      this.#set({ roundFrom: Date.now(), type: FACT_TYPES[0], cursor: undefined });
      return 0;
    }
    for (let read = 0; read < PAGES_AT_ONCE; read += 1) {
      const { type } = this.#facts ?? {};
      if (type === undefined)
        return this.#endRound(roundFrom, pages, config.indicatorRefreshMilliseconds, call);
      await this.#readPage(type, pages, call);
    }
    return 0;
  }

  async #readPage(type: FactType, pages: FactPages, call: Call): Promise<void> {
    const { cursor, reached = {} } = this.#facts ?? {};
    const since = reached[type];
    const from =
      cursor === undefined
        ? { since: since === undefined ? undefined : since - OVERLAP_MILLISECONDS }
        : { cursor };
    const page = await pages.read(type, from, call);
    const latest = Math.max(since ?? 0, page.reached ?? 0);
    this.#commit(() => takeFacts(this.#table, page.facts), {
      cursor: page.next,
      ...(page.next === undefined ? { type: FACT_TYPES[FACT_TYPES.indexOf(type) + 1] } : {}),
      reached: latest === 0 ? reached : { ...reached, [type]: latest },
    });
  }

  /** What was deleted, and whose consent has changed: then the round is counted. */
  async #endRound(roundFrom: number, pages: FactPages, pause: number, call: Call): Promise<number> {
    const { dataAsOf, tenant = "", builtAt } = this.#facts ?? {};
    if (dataAsOf !== undefined) {
      const since = dataAsOf - OVERLAP_MILLISECONDS;
      await this.#takeDeletions(tenant, since, pages, call);
      await this.#takeConsents(tenant, since, pages, call);
    }
    this.#commit(() => undefined, {
      roundFrom: undefined,
      dataAsOf: roundFrom,
      builtAt: builtAt ?? roundFrom,
      attempts: 0,
    });
    this.ctx.storage.transactionSync(() => {
      this.#stored.save(this.#loaded());
      this.#set({ isSaved: true });
    });
    return pause;
  }

  async #takeDeletions(tenant: string, since: number, pages: FactPages, call: Call): Promise<void> {
    const { upstream } = servicesFor(this.env).programme.tenant(tenant);
    for (const type of FACT_TYPES) {
      const seen = new Set<string>();
      let page = await upstream.history(type, { since }, call);
      while (page !== undefined) {
        const gone = page.versions.filter(({ id, isDeletion }) => isDeletion && !seen.has(id));
        for (const { id } of page.versions) seen.add(id);
        this.#commit(
          () =>
            takeFacts(
              this.#table,
              gone.flatMap(({ id, at }) => this.#deletionOf(pages.nameOf(type, id), at)),
            ),
          {},
        );
        page =
          page.next === undefined ? undefined : await upstream.history(type, { cursor: page.next }, call);
      }
    }
  }

  #deletionOf(key: string, at = Date.now()): Fact[] {
    const known = this.#table.get(key);
    return known === undefined ? [] : [deletionFact(known, at)];
  }

  /** Who is withheld now is forgotten; who no longer is, is read whole. */
  async #takeConsents(tenant: string, since: number, pages: FactPages, call: Call): Promise<void> {
    const services = servicesFor(this.env);
    const changed = await consentsChangedSince(services.programme.tenant(tenant), since, call);
    if (changed.length === 0) return;
    const withheld = await pages.withheldOf(changed, call);
    const shown = changed.filter((id) => !withheld.has(id));
    const facts = await pages.about(shown, FACT_TYPES, call);
    this.#commit(
      () =>
        forgetPatients(
          this.#table,
          [...withheld].map((id) => pages.nameOf("Patient", id)),
        ),
      {},
    );
    this.#commit(() => takeFacts(this.#table, facts), {});
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
      this.#table.clear();
      this.#stored.clear();
      this.ctx.storage.kv.put(FACTS, {
        tenant,
        keyId,
        reached: {},
        isSaved: true,
        attempts: 0,
      } satisfies CubeFacts);
    });
    this.#cube = undefined;
  }

  get #facts(): CubeFacts | undefined {
    return this.ctx.storage.kv.get<CubeFacts>(FACTS);
  }

  #set(change: Changes): void {
    this.ctx.storage.kv.put(FACTS, { ...this.#facts, ...change });
  }

  /** As it was stored; from the facts, where it was not. */
  #loaded(): Cube {
    if (this.#cube !== undefined) return this.#cube;
    const cube = this.#facts?.isSaved === false ? new Cube() : this.#stored.load();
    if (this.#facts?.isSaved === false) cube.add(allRows(this.#table, this.#table.patients()));
    this.#cube = cube;
    return cube;
  }

  async #wake(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }
}

type Changes = { readonly [K in keyof CubeFacts]?: CubeFacts[K] | undefined };

/** Nothing for an indicator that there is not. */
function answered(cube: Cube, { indicator: id, ...query }: CubeQuestion): Tally[] {
  const indicator = indicatorNamed(id);
  return indicator === undefined ? [] : tally(cube, { ...query, indicator });
}
