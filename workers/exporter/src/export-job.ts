import { DurableObject } from "cloudflare:workers";
import {
  EdgeError,
  type ErrorCode,
  type ExportStatus,
  type ExportSummary,
  type Identity,
} from "@aarohan/contract";
import { type ExportOrder, progressText } from "@aarohan/export";
import { isAlsoFor, type Receiving } from "./audience.ts";
import { gatherDeletions, writeDeletions } from "./deletions.ts";
import { disclosureOf, minimumClassSize } from "./disclosure.ts";
import { createExportFiles, keyOf } from "./export-files.ts";
import { outcomeOf, summaryOfJob } from "./job-outcome.ts";
import { nextLook, RENEWAL_MILLISECONDS } from "./job-place.ts";
import { progressOf, tellProgress } from "./job-progress.ts";
import { COMPLAINTS, DELETIONS, type JobEnd, JobStore, type ShardRow, type ShardState } from "./job-store.ts";
import { faultOf, logJob } from "./log.ts";
import type { PatientFacts, PatientLevel } from "./patient-facts.ts";
import { isByBulk, planBulk } from "./plan-bulk.ts";
import { planSome } from "./plan-job.ts";
import { type Verdict, verdictOn } from "./retry.ts";
import { complaintsOf, writeComplaints } from "./seal-job.ts";
import { type Services, servicesFor, UNCONFIGURED_MILLISECONDS, usableServices } from "./services.ts";
import type { ShardCounts, ShardEnd, ShardSpec } from "./shard-spec.ts";
import { viewOf } from "./shard-view.ts";
import type { ServedFile } from "./stored-file.ts";
import { withdrawnSince } from "./withdrawn.ts";

/** Who asks: the user, by which client, the roles that the token holds, and whose data it authorises a provider to see. */
export type Asking = Pick<Identity, "userKey" | "roles" | "authorisation" | "issuer"> & Receiving;

/** How often a job that runs looks after its shards. */
const WATCH_MILLISECONDS = 30_000;
/** After the files of a job were removed, whatever was under way then has arrived. */
const STRAGGLER_MILLISECONDS = 60_000;

/**
 * One bulk export, from its order to the removal of its files: plans shards, has some of them work at a time, asks for
 * consent once more when all is read, and serves the manifest. An alarm drives it; each step can be repeated.
 */
export class ExportJob extends DurableObject<Env> {
  readonly #store: JobStore;
  /** Before this time a poll is early, in milliseconds since 1970. */
  #nextPoll = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new JobStore(ctx.storage);
  }

  /** `patients`: the only ones whose data are exported, by their ids at the programme's server. */
  async start(order: ExportOrder, patients: readonly string[] | undefined): Promise<void> {
    if (this.#store.order === undefined) this.#store.create(order, patients);
    await this.#wakeAt(Date.now());
  }

  async exists(): Promise<boolean> {
    return this.#store.order !== undefined;
  }

  /** `unknown` for everybody but the user who ordered it, in the role in which it was, by a client that it is for. */
  async poll(asking: Asking): Promise<ExportStatus> {
    const order = this.#orderFor(asking);
    if (order === undefined) return { kind: "unknown" };
    const { end, failure } = this.#store.facts;
    if (end === "failed") return { kind: "failed", code: failure ?? "export-failed" };
    if (end !== undefined) return { kind: "complete", outcome: outcomeOf(this.#store, order) };
    const now = Date.now();
    // A client's clock is not ours.
    if (now < this.#nextPoll - 500) {
      return { kind: "early", retryAfterSeconds: Math.max(1, Math.ceil((this.#nextPoll - now) / 1000)) };
    }
    const retryAfterSeconds = pauseAfter(now - order.created);
    this.#nextPoll = now + retryAfterSeconds * 1000;
    const { percent } = tellProgress(this.#store, order.types);
    const ordered = this.#store.shards().filter(({ isHelper }) => !isHelper);
    const progress = progressText(percent, progressOf(ordered));
    return { kind: "running", progress, retryAfterSeconds };
  }

  /** Stops it and removes its files: false where there is no such job for whoever asks. */
  async cancel(asking: Asking): Promise<boolean> {
    const order = this.#orderFor(asking);
    if (order === undefined) return false;
    await this.#remove("cancelled");
    return true;
  }

  async file(asking: Asking, name: string): Promise<ServedFile | undefined> {
    const order = this.#orderFor(asking);
    const { end, expires = 0 } = this.#store.facts;
    if (order === undefined || (end !== "complete" && end !== "complete-with-errors")) return undefined;
    const file = this.#store.file(name);
    if (file === undefined) return undefined;
    // What tells of errors and deletions is always lines of JSON.
    const format = name.endsWith(".ndjson") ? "ndjson" : order.request.format;
    return {
      ...file,
      key: keyOf(order.id, name),
      format,
      expires,
      policy: order.policy,
      role: order.principal.role,
      scopes: order.principal.scopes,
      tells: file.shard === COMPLAINTS ? [] : file.shard === DELETIONS ? order.types : [file.type],
    };
  }

  async summary(): Promise<ExportSummary | undefined> {
    const { order } = this.#store;
    return order === undefined ? undefined : summaryOfJob(this.#store, order);
  }

  async shardAdvanced(number: number, counts: ShardCounts): Promise<void> {
    if (this.#store.order !== undefined) this.#store.setCounts(number, counts);
  }

  /** What a slice shows of patients, before its file is written. */
  async addFacts(number: number, isHelper: boolean, facts: PatientFacts): Promise<void> {
    if (this.#store.order !== undefined) this.#store.people.add(isHelper ? -number : number, facts);
  }

  /** Of a shard that is read anew. */
  async forgetFacts(number: number): Promise<void> {
    if (this.#store.order !== undefined) this.#store.people.forget(number);
  }

  /** How coarse these patients leave, by pseudonym: those who leave as they are are not among them. */
  async levelsOf(ids: readonly string[]): Promise<PatientLevel[]> {
    return this.#store.order === undefined ? [] : this.#store.people.levelsOf(ids);
  }

  async shardEnded(number: number, end: ShardEnd): Promise<void> {
    if (this.#store.order === undefined) return;
    this.#store.end(number, end);
    await this.#wakeAt(Date.now());
  }

  async shardChecked(number: number, counts: ShardCounts): Promise<void> {
    if (this.#store.order === undefined) return;
    this.#store.setCounts(number, counts);
    this.#store.setState(number, "checked");
    await this.#wakeAt(Date.now());
  }

  async shardUnchecked(number: number, code: ErrorCode): Promise<void> {
    if (this.#store.order === undefined) return;
    this.#store.drop(number, code);
    await this.#wakeAt(Date.now());
  }

  override async alarm(): Promise<void> {
    const { order } = this.#store;
    if (order === undefined) return;
    const services = usableServices(this.env, order.id);
    if (services === undefined) return this.#wakeAt(Date.now() + UNCONFIGURED_MILLISECONDS);
    try {
      const later = await nextLook(this.#store.facts, () => this.#takePlace(order, services), Date.now());
      if (later !== undefined) return await this.#wakeAt(later);
      await this.#step(order, services);
      if (this.#store.facts.attempts !== undefined) this.#store.set({ attempts: 0 });
    } catch (error) {
      await this.#failed(order, error, services);
    }
  }

  async #step(order: ExportOrder, services: Services): Promise<void> {
    switch (this.#store.facts.phase) {
      case "queued":
        return this.#enter(order, services);
      case "planning":
        return this.#plan(order, services);
      case "running":
        return this.#run(order, services);
      case "deletions":
        return this.#gatherDeletions(order, services);
      case "sealing":
        return this.#seal(order, services);
      case "done":
        return this.#keep(order, services);
      case "removing":
        return this.#removeFiles(order);
    }
  }

  async #enter(order: ExportOrder, services: Services): Promise<void> {
    const { id, principal, created } = order;
    const { config, programme } = services;
    if (this.#store.facts.begun === undefined) this.#store.set({ begun: Date.now() });
    const { upstream } = programme.tenant(principal.tenant);
    // Of two clocks the earlier: what is written later is in the next export, and nothing is in none.
    const theirs = await upstream.serverTime({ requestId: id });
    const transactionTime = Math.min(Date.now(), theirs ?? Number.POSITIVE_INFINITY);
    const pass = minimumClassSize(order, services) === undefined ? "read" : "count";
    this.#store.advance("queued", { phase: "planning", transactionTime, pass });
    await this.#wakeAt(Math.max(Date.now(), created + config.settleMilliseconds));
  }

  async #plan(order: ExportOrder, services: Services): Promise<void> {
    const call = { requestId: order.id };
    const isByOwn = isByBulk(order, await viewOf(order, services, call), services);
    const pause = isByOwn ? await planBulk(this.#store, order, services, call) : undefined;
    if (pause !== undefined) return this.#rest(pause);
    const isGivenUp = (fault: unknown) => this.#verdictOn(fault, services).kind === "end";
    const isPlanned = await planSome(this.#store, order, services, isGivenUp, call);
    if (isPlanned) this.#store.advance("planning", { phase: "running" });
    await this.#wakeAt(Date.now());
  }

  /** So many shards at once: first all are counted where that is needed, then read, then consent is asked once more. */
  async #run(order: ExportOrder, services: Services): Promise<void> {
    const shards = this.#store.shards();
    const inState = (...states: readonly ShardState[]) =>
      shards.filter(({ state }) => states.includes(state));
    const working = inState("reading", "checking");
    const unread = inState("waiting");
    const areAllRead = unread.length === 0 && inState("reading").length === 0;
    if (areAllRead && inState("counted").length > 0) return this.#decide(order, services);
    const next = areAllRead ? inState("read") : unread;
    if (working.length === 0 && next.length === 0) {
      this.#store.advance("running", { phase: "deletions", deletionsFrom: Date.now() });
      return this.#wakeAt(Date.now());
    }
    const begun = next.slice(0, Math.max(0, services.config.shardsAtOnce - working.length));
    for (const { number } of begun) this.#store.setState(number, areAllRead ? "checking" : "reading");
    const patients = begun.length > 0 && !areAllRead ? this.#store.patients() : undefined;
    // Those that work already are told again: an alarm that was lost is set anew.
    for (const shard of [...begun, ...working]) {
      const isChecking = areAllRead ? shard.state !== "reading" : shard.state === "checking";
      const stub = this.#shard(order, shard.number);
      await (isChecking ? stub.check() : stub.begin(this.#specOf(order, shard), patients));
    }
    await this.#wakeAt(Date.now() + WATCH_MILLISECONDS);
  }

  #specOf(order: ExportOrder, { number, type, window, isHelper, file, expected }: ShardRow): ShardSpec {
    const pass = this.#store.facts.pass ?? "read";
    const source = file === undefined ? {} : { file: { cursor: file, count: expected } };
    return { order, number, type, window, isHelper, pass, ...source };
  }

  /** Everybody is counted: small classes become coarser, and then everything is read. */
  async #decide(order: ExportOrder, services: Services): Promise<void> {
    const failed = this.#store.shards().find(({ code }) => code !== undefined);
    const { retentionMilliseconds } = services.config;
    // Who could not be counted could be alone in a class.
    if (failed !== undefined) return this.#end(order, "failed", retentionMilliseconds, failed.code);
    for (const { number, isHelper } of this.#store.shards()) {
      if (isHelper) await this.#shard(order, number).wipe();
    }
    this.#store.people.decide(minimumClassSize(order, services) ?? 2);
    this.#store.beginReading();
    await this.#wakeAt(Date.now());
  }

  async #gatherDeletions(order: ExportOrder, services: Services): Promise<void> {
    const isDone = await gatherDeletions(this.#store, order, services, { requestId: order.id });
    if (isDone) this.#store.advance("deletions", { phase: "sealing" });
    await this.#wakeAt(Date.now());
  }

  async #seal(order: ExportOrder, services: Services): Promise<void> {
    const { config } = services;
    const shards = this.#store.shards();
    this.#store.set({ disclosure: disclosureOf(this.#store, order, services) });
    const isFailed =
      shards.length > 0 && shards.every(({ code }) => code !== undefined) && this.#store.files().length === 0;
    if (isFailed) return this.#end(order, "failed", config.retentionMilliseconds, shards[0]?.code);
    await writeDeletions(this.env, this.#store, order, services);
    for (const text of order.request.notices) this.#store.complain("information", text);
    for (const text of [...order.request.complaints, ...complaintsOf(shards)]) {
      this.#store.complain("warning", text);
    }
    await writeComplaints(this.env, this.#store, order);
    const names = new Set(this.#store.files().map(({ name }) => name));
    await createExportFiles(this.env.EXPORT_FILES, order.id).removeAllBut((name) => names.has(name));
    const hasErrors = complaintsOf(shards).length > 0;
    await this.#end(order, hasErrors ? "complete-with-errors" : "complete", config.retentionMilliseconds);
  }

  async #end(
    order: ExportOrder,
    end: JobEnd,
    retentionMilliseconds: number,
    failure?: ErrorCode,
  ): Promise<void> {
    const { phase, transactionTime } = this.#store.facts;
    const ended = Date.now();
    if (phase === "removing") return;
    this.#store.set({
      phase: "done",
      end,
      ended,
      expires: ended + retentionMilliseconds,
      consentsKnown: transactionTime ?? ended,
      ...(failure === undefined ? {} : { failure }),
    });
    await this.env.EXPORT_QUEUE.getByName(order.principal.tenant).leave(order.id);
    await this.#tellDesk(order, summaryOfJob(this.#store, order));
    logJob("info", "export-ended", {
      job: order.id,
      end,
      seconds: Math.round((ended - order.created) / 1000),
    });
    await this.#wakeAt(ended);
  }

  /** While its files can be had, those of patients who withdraw their consent are removed. */
  async #keep(order: ExportOrder, services: Services): Promise<void> {
    const { expires = 0, consentsKnown = 0 } = this.#store.facts;
    const now = Date.now();
    if (now >= expires) return this.#remove("expired");
    await this.#tellDesk(order, summaryOfJob(this.#store, order));
    const next = Math.min(expires, now + services.config.withdrawalMilliseconds);
    await this.#wakeAt(next);
    const patients = await withdrawnSince(order, consentsKnown, services);
    if (patients.length > 0) await this.#withdraw(order, patients);
    this.#store.set({ consentsKnown: now });
  }

  async #withdraw(order: ExportOrder, patients: readonly string[]): Promise<void> {
    const names: string[] = [];
    for (const { number } of this.#store.shards()) {
      names.push(...(await this.#shard(order, number).withdrawn(patients)));
    }
    if (names.length === 0) return;
    this.#store.removeFiles(names);
    this.#store.complain(
      "warning",
      "Files were removed, because consent to data in them was withdrawn: order a new export.",
    );
    await createExportFiles(this.env.EXPORT_FILES, order.id).remove(names);
    await writeComplaints(this.env, this.#store, order);
  }

  /** From now on there is no such job; its files and shards follow, in steps that can be repeated. */
  async #remove(end: "cancelled" | "expired"): Promise<void> {
    const { order } = this.#store;
    if (order === undefined) return;
    this.#store.set({
      phase: "removing",
      end: this.#store.facts.end === "failed" ? "failed" : end,
      ended: this.#store.facts.ended ?? Date.now(),
    });
    await this.#wakeAt(Date.now());
  }

  async #removeFiles(order: ExportOrder): Promise<void> {
    const { principal, id } = order;
    await this.env.EXPORT_QUEUE.getByName(principal.tenant).leave(id);
    const shards = this.#store.shards();
    for (const { number } of shards) await this.#shard(order, number).wipe();
    const files = createExportFiles(this.env.EXPORT_FILES, id);
    await files.removeAllBut(() => false);
    await this.#cancelBulk(order);
    await this.#tellDesk(order, { ...summaryOfJob(this.#store, order), resources: 0, files: 0, bytes: 0 });
    if (this.#store.facts.isCleared !== true) {
      this.#store.set({ isCleared: true });
      return this.#wakeAt(Date.now() + STRAGGLER_MILLISECONDS);
    }
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** The server's own export is of no more use; one that is gone is as good. */
  async #cancelBulk({ id, principal }: ExportOrder): Promise<void> {
    const { bulkStatus } = this.#store.facts;
    if (bulkStatus === undefined) return;
    const { bulk } = servicesFor(this.env).programme.tenant(principal.tenant);
    await bulk.cancel(bulkStatus, { requestId: id }).catch(() => undefined);
  }

  async #failed(order: ExportOrder, error: unknown, services: Services): Promise<void> {
    const { phase, attempts = 0 } = this.#store.facts;
    logJob("warn", "export-step-failed", { job: order.id, phase, ...faultOf(error), attempts });
    const verdict = this.#verdictOn(error, services);
    this.#store.set({ attempts: attempts + 1 });
    if (verdict.kind !== "again" && phase === "deletions") {
      for (const type of order.types) this.#store.deletions.end(type, "failed");
      this.#store.advance("deletions", { phase: "sealing" });
      return this.#wakeAt(Date.now());
    }
    const isBefore = phase === "queued" || phase === "planning";
    if (verdict.kind === "end" && isBefore) {
      return this.#end(
        order,
        "failed",
        services.config.retentionMilliseconds,
        error instanceof EdgeError ? error.code : "internal",
      );
    }
    await this.#rest(verdict.kind === "again" ? verdict.afterMilliseconds : 10_000);
  }

  /** What was waited in the queue is nobody's fault. */
  #verdictOn(fault: unknown, { config }: Services): Verdict {
    const now = Date.now();
    const { attempts = 0, begun = now, deletionsFrom = begun } = this.#store.facts;
    return verdictOn(fault, attempts + 1, now - deletionsFrom, config.giveUpMilliseconds);
  }

  /** A provider whose token authorises others by now does not get what was ordered for those before. */
  #orderFor(asking: Asking): ExportOrder | undefined {
    const { userKey, roles, authorisation } = asking;
    const { order } = this.#store;
    const { phase, expires = Number.POSITIVE_INFINITY } = this.#store.facts;
    if (order === undefined || phase === "removing" || expires <= Date.now()) return undefined;
    const { principal } = order;
    const isSame =
      principal.userKey === userKey &&
      roles.includes(principal.role) &&
      isAlsoFor(asking, principal, () => servicesFor(this.env).config.programme.consent);
    const isAuthorised =
      principal.role !== "healthcare-provider" ||
      JSON.stringify(principal.authorisation) === JSON.stringify(authorisation);
    return isSame && isAuthorised ? order : undefined;
  }

  #shard(order: ExportOrder, number: number) {
    return this.env.EXPORT_SHARD.getByName(`${order.id}/${number}`);
  }

  /** True where the job is among those of its tenant that run. */
  async #takePlace({ id, principal }: ExportOrder, { config }: Services): Promise<boolean> {
    return this.env.EXPORT_QUEUE.getByName(principal.tenant).enter(id, config.jobsAtOnce, Date.now());
  }

  /** Does nothing for so long, whatever wakes it meanwhile, but keep its place. */
  async #rest(milliseconds: number): Promise<void> {
    this.#store.set({ notBefore: Date.now() + milliseconds });
    await this.#wakeAt(Date.now() + Math.min(milliseconds, RENEWAL_MILLISECONDS));
  }

  async #tellDesk({ principal }: ExportOrder, summary: ExportSummary): Promise<void> {
    await this.env.EXPORT_DESK.getByName(principal.userKey).update(summary, summary.state !== "failed");
  }

  /** An earlier time wins over a later one. */
  async #wakeAt(time: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > time) await this.ctx.storage.setAlarm(time);
  }
}

/** Seconds until the next poll: a short job is not waited for long, a long one is not asked often. */
function pauseAfter(ageMilliseconds: number): number {
  if (ageMilliseconds < 10_000) return 1;
  if (ageMilliseconds < 60_000) return 2;
  return ageMilliseconds < 300_000 ? 5 : 10;
}
