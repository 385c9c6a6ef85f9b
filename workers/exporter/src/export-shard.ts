import { DurableObject } from "cloudflare:workers";
import { recordRelease, withheldFromAnalysts, withheldNow } from "./check-shard.ts";
import { createExportFiles } from "./export-files.ts";
import { faultOf, logJob } from "./log.ts";
import { readReports } from "./read-reports.ts";
import { readShard } from "./read-shard.ts";
import { verdictOn } from "./retry.ts";
import { type Services, servicesFor, UNCONFIGURED_MILLISECONDS, usableServices } from "./services.ts";
import type { ShardSpec } from "./shard-spec.ts";
import { type ShardFacts, ShardStore } from "./shard-store.ts";
import type { StoredFile } from "./stored-file.ts";

/** So often may consent be withdrawn while a shard is read; then it is left out. */
const MOST_EPOCHS = 5;

/**
 * One share of a job's work, in slices that an alarm drives: each makes at most one file under a name that it always has,
 * and is remembered once the file is written. Interrupted anywhere, the same slice is made again.
 */
export class ExportShard extends DurableObject<Env> {
  readonly #store: ShardStore;
  /** True once the job has given the shard up: what is under way must not be kept. */
  #isWiped = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new ShardStore(ctx.storage);
  }

  /** Begins, or goes on where an alarm was lost. */
  async begin(spec: ShardSpec, patients: readonly string[] | undefined): Promise<void> {
    const { pageSize } = servicesFor(this.env).config;
    const known = this.#store.spec;
    if (known === undefined) this.#store.create(spec, patients, pageSize, Date.now());
    else if (known.pass !== spec.pass) this.#store.restart(pageSize, Date.now(), spec);
    await this.#wake();
  }

  /** Asks for consent once more, when all has been read. */
  async check(): Promise<void> {
    if (this.#store.facts.phase === "ended") {
      this.#store.set({ phase: "checking", isTold: false, attempts: 0, readAt: Date.now() });
    }
    await this.#wake();
  }

  /**
   * Names of the files that hold data of those of these patients who have withdrawn their consent. Asked again it answers
   * the same: the job may be interrupted before it has removed them.
   */
  async withdrawn(patients: readonly string[]): Promise<string[]> {
    const { spec } = this.#store;
    if (spec === undefined) return [];
    const own = this.#store.patients();
    const asked = patients.filter((id) => own.has(id));
    if (asked.length === 0) return [];
    return this.#store.filesNaming(
      await withheldNow(spec, asked, servicesFor(this.env), { requestId: spec.order.id }),
    );
  }

  /** Forgets everything. */
  async wipe(): Promise<void> {
    this.#isWiped = true;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    const { spec } = this.#store;
    if (spec === undefined) return;
    const services = usableServices(this.env, spec.order.id);
    if (services === undefined) return this.ctx.storage.setAlarm(Date.now() + UNCONFIGURED_MILLISECONDS);
    try {
      await this.#step(spec, services);
    } catch (error) {
      if (!this.#isWiped) await this.#failed(spec, error, services);
    }
  }

  async #step(spec: ShardSpec, services: Services): Promise<void> {
    const { phase } = this.#store.facts;
    if (phase === "reading") await this.#read(spec, services);
    else if (phase === "checking") await this.#check(spec, services);
    if (this.#isWiped) return;
    const facts = this.#store.facts;
    if (!facts.isTold) await this.#tell(spec, facts);
    const { phase: next } = this.#store.facts;
    if (next === "reading" || next === "checking") await this.ctx.storage.setAlarm(Date.now());
  }

  async #read(spec: ShardSpec, services: Services): Promise<void> {
    const number = this.#store.nextSlice();
    const job = this.env.EXPORT_JOB.getByName(spec.order.id);
    const slice =
      spec.type === "MeasureReport"
        ? await readReports(spec, this.#store, this.env)
        : await readShard(spec, this.#store, services, (ids) => job.levelsOf(ids), {
            requestId: spec.order.id,
          });
    if (this.#isWiped) return;
    await job.addFacts(spec.number, spec.isHelper, slice.facts);
    const { part } = slice;
    let file: StoredFile | undefined;
    if (part !== undefined) {
      const { request } = spec.order;
      const name = `${spec.type}.${spec.number}.${number}.${request.format}`;
      if (this.#isWiped) return;
      await createExportFiles(this.env.EXPORT_FILES, spec.order.id).put(name, part.bytes);
      file = { name, type: spec.type, lines: part.lines, file: part.file };
    }
    if (!this.#isWiped) this.#store.commit(number, slice, file, Date.now());
  }

  async #check(spec: ShardSpec, services: Services): Promise<void> {
    const call = { requestId: spec.order.id };
    const patients = [...this.#store.patients()];
    const withheld = await withheldNow(spec, patients, services, call);
    if (withheld.size > 0) {
      if (this.#store.facts.epoch >= MOST_EPOCHS) {
        this.#store.set({ phase: "unchecked", failure: "consent-unavailable", isTold: false });
        return;
      }
      logJob("info", "export-shard-anew", { job: spec.order.id, shard: spec.number });
      await this.env.EXPORT_JOB.getByName(spec.order.id).forgetFacts(spec.number);
      this.#store.restart(services.config.pageSize, Date.now());
      return;
    }
    const { counts, epoch } = this.#store.facts;
    const bytes = this.#store.files().reduce((sum, { file }) => sum + file.size, 0);
    const released = { epoch, resources: counts.released, withheld: counts.withheld, bytes };
    await recordRelease(this.env, spec, released, patients, services);
    const kept = await withheldFromAnalysts(spec, patients, services, call);
    const told = kept === undefined ? counts : { ...counts, withheldFromAnalysts: kept };
    this.#store.set({ phase: "checked", counts: told, isTold: false });
  }

  /** The job hears of each slice, and has to hear of each end. */
  async #tell({ order, number }: ShardSpec, { phase, counts, failure }: ShardFacts): Promise<void> {
    const job = this.env.EXPORT_JOB.getByName(order.id);
    if (phase === "reading") await job.shardAdvanced(number, counts);
    else if (phase === "ended") await job.shardEnded(number, this.#store.end());
    else if (phase === "checked") await job.shardChecked(number, counts);
    else if (phase === "unchecked") await job.shardUnchecked(number, failure ?? "consent-unavailable");
    if (phase !== "reading" && phase !== "checking") this.#store.set({ isTold: true });
  }

  async #failed(spec: ShardSpec, error: unknown, { config }: Services): Promise<void> {
    const { attempts: before, readAt, state, phase } = this.#store.facts;
    const attempts = before + 1;
    const verdict = verdictOn(error, attempts, Date.now() - readAt, config.giveUpMilliseconds);
    logJob("warn", "export-slice-failed", {
      job: spec.order.id,
      shard: spec.number,
      ...faultOf(error),
      attempts,
    });
    if (verdict.kind === "again" || (phase !== "reading" && phase !== "checking")) {
      this.#store.set({ attempts });
      await this.ctx.storage.setAlarm(
        Date.now() + (verdict.kind === "again" ? verdict.afterMilliseconds : 5000),
      );
      return;
    }
    if (verdict.kind === "smaller" && phase === "reading" && state.pageSize > 1) {
      const { cursor: _, ...begin } = state;
      this.#store.set({ attempts, state: { ...begin, pageSize: Math.ceil(state.pageSize / 2) } });
    } else {
      const failure = verdict.kind === "end" ? verdict.code : "upstream-page-too-large";
      this.#store.set({ phase: phase === "reading" ? "ended" : "unchecked", failure, isTold: false });
    }
    await this.#wake();
  }

  async #wake(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }
}
