import { DurableObject } from "cloudflare:workers";
import {
  type ChainPlace,
  chained,
  chainStart,
  fieldsOf,
  type HeadSigner,
  refusalsEvent,
  requestEvent,
  sessionEvent,
} from "@aarohan/audit";
import type {
  AuditAgent,
  AuditPage,
  AuditQuery,
  AuditRecord,
  AuditVerdict,
  RefusalCount,
  SessionRecord,
} from "@aarohan/contract";
import type { AuditEvent } from "@aarohan/fhir";
import { type AuditArchive, createAuditArchive } from "./audit-archive.ts";
import { dayAfter, dayOf, keepDays } from "./audit-days.ts";
import { searchTrail } from "./audit-search.ts";
import { AuditStore } from "./audit-store.ts";
import { verifyTrail } from "./audit-verify.ts";
import { headSigner } from "./config.ts";

const SWEEP_MILLISECONDS = 60 * 60_000;

/**
 * The audit trail of one tenant: a chain of AuditEvents, each of which holds the hash of the one before. An entry is
 * durable when its promise resolves. Days are sealed in R2, their heads signed and published, and kept for a year.
 */
export class AuditTrail extends DurableObject<Env> {
  readonly #store: AuditStore;
  readonly #archive: AuditArchive;
  readonly #signer: HeadSigner;
  readonly #tenant: string;
  #end: ChainPlace;
  #day: string;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#tenant = ctx.id.name ?? "";
    if (this.#tenant === "") throw new Error("an audit trail is found by its tenant's name");
    this.#signer = headSigner(env);
    this.#store = new AuditStore(ctx.storage);
    this.#archive = createAuditArchive(env.AUDIT_ARCHIVE, this.#tenant);
    this.#end = this.#store.end() ?? chainStart(this.#tenant);
    this.#day = this.#store.days().at(-1)?.day ?? "";
  }

  /** A request whose answer is about to leave. Told twice, it is recorded once. */
  async record(record: AuditRecord): Promise<void> {
    await this.#append(requestEvent(record));
  }

  /** A session that begins, ends, or is refused. Told twice, it is recorded once. */
  async recordSession(record: SessionRecord): Promise<void> {
    await this.#append(sessionEvent(record));
  }

  /** Refusals before authentication, gathered over some seconds; with an agent, the user's further ones within a minute. */
  async countRefusals(counts: readonly RefusalCount[], agent?: AuditAgent): Promise<void> {
    await this.#append(refusalsEvent(crypto.randomUUID(), new Date().toISOString(), counts, agent));
  }

  /** AuditEvents, the newest first. */
  async search(query: AuditQuery): Promise<AuditPage> {
    return searchTrail(this.#store, this.#archive, query);
  }

  /** Walks the chain of these days (`2026-11-23`, inclusive), in the ledger and in R2. */
  async verify(from = "", until = "9999-12-31"): Promise<AuditVerdict> {
    return verifyTrail(this.#store, this.#archive, this.#signer, { tenant: this.#tenant, from, until });
  }

  /** Seals the days that are over, publishes their heads, and removes what is older than the retention. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + SWEEP_MILLISECONDS);
    await keepDays(
      {
        store: this.#store,
        archive: this.#archive,
        signer: this.#signer,
        tenant: this.#tenant,
        env: this.env,
      },
      Date.now(),
    );
  }

  async #append(event: AuditEvent): Promise<void> {
    const day = this.#dayFor(event.recorded);
    const entry = chained(this.#end, event);
    if (this.#store.append({ day, isNew: day !== this.#day }, this.#end, entry, fieldsOf(event))) {
      this.#end = entry;
      this.#day = day;
    }
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + SWEEP_MILLISECONDS);
    }
  }

  /** Days never go back, and nothing comes to one that is closed. */
  #dayFor(recorded: string): string {
    const day = dayOf(Date.parse(recorded));
    if (day > this.#day) return day;
    return this.#store.isClosed(this.#day) ? dayAfter(this.#day) : this.#day;
  }
}
