import { DurableObject } from "cloudflare:workers";
import type { ExportSummary, LimitStanding } from "@aarohan/contract";
import { type AskingClient, isAlsoFor, type Receiving } from "./audience.ts";
import { servicesFor } from "./services.ts";

const HOUR_MILLISECONDS = 3_600_000;
/** Ends of jobs are listed for so long. */
const LISTED_MILLISECONDS = 30 * 24 * HOUR_MILLISECONDS;
const MOST_LISTED = 100;

/** What is remembered of a job beside its summary. */
export interface DeskEntry {
  readonly summary: ExportSummary;
  /** Id of the key that its pseudonyms were made with. */
  readonly keyId: number;
}

export type Reservation =
  | { readonly kind: "reserved" }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number }
  /** The caller asks for changes to data that another key was used for, or whose pseudonyms are for another recipient. */
  | { readonly kind: "key-changed" };

type Row = { readonly summary: string };

/** What the pseudonyms of an export depend on. */
type Pseudonyms = { readonly keyId: number; readonly policyName: string; readonly recipient: string };

/** One user's exports: at most so many within any hour, and the list of them. */
export class ExportDesk extends DurableObject<Env> {
  #hasTable = false;

  /** Once it has forgotten everything, an object that is still in memory has no table. */
  get #sql(): SqlStorage {
    const { sql } = this.ctx.storage;
    if (!this.#hasTable) {
      sql.exec(`
        CREATE TABLE IF NOT EXISTS job (
          id TEXT PRIMARY KEY,
          created INTEGER NOT NULL,
          counts INTEGER NOT NULL,
          keyId INTEGER NOT NULL,
          transactionTime INTEGER,
          summary TEXT NOT NULL
        ) WITHOUT ROWID
      `);
    }
    this.#hasTable = true;
    return sql;
  }

  /**
   * Takes the user's place for a job, unless as many as allowed were started within the hour. Refused and failed jobs do
   * not count. `since`: the export goes on from that time, in milliseconds since 1970.
   */
  async reserve({ summary, keyId }: DeskEntry, since: number | undefined): Promise<Reservation> {
    const now = summary.created;
    const earlier = since === undefined ? undefined : this.#pseudonymsAt(since, summary);
    const isOther =
      earlier !== undefined &&
      (earlier.keyId !== keyId ||
        earlier.policyName !== summary.policyName ||
        earlier.recipient !== summary.recipient);
    // Who sees the server's own ids does not depend on any key.
    if (summary.role === "data-analyst" && isOther) {
      return { kind: "key-changed" };
    }
    const { jobsPerHour } = servicesFor(this.env).config;
    const counted = this.#countedTimes(now);
    const oldest = counted[counted.length - jobsPerHour];
    if (oldest !== undefined) {
      return { kind: "limited", retryAfterSeconds: secondsUntilForgotten(oldest, now) };
    }
    this.#sql.exec(
      "INSERT INTO job (id, created, counts, keyId, summary) VALUES (?, ?, 1, ?, ?)",
      summary.id,
      now,
      keyId,
      JSON.stringify(summary),
    );
    await this.#forget();
    return { kind: "reserved" };
  }

  /** What has become of a job. `counts` false: it does not use up the hour. */
  async update(summary: ExportSummary, counts: boolean): Promise<void> {
    this.#sql.exec(
      "UPDATE job SET summary = ?, counts = ?, transactionTime = ? WHERE id = ?",
      JSON.stringify(summary),
      counts ? 1 : 0,
      summary.state === "complete" || summary.state === "complete-with-errors"
        ? (summary.transactionTime ?? null)
        : null,
      summary.id,
    );
  }

  /** A job that could not be started. */
  async release(id: string): Promise<void> {
    this.#sql.exec("DELETE FROM job WHERE id = ?", id);
  }

  /** Those that are for the client, the newest first. */
  async list(asking: AskingClient): Promise<ExportSummary[]> {
    const rows = this.#sql.exec<Row>(
      "SELECT summary FROM job WHERE created >= ? ORDER BY created DESC",
      Date.now() - LISTED_MILLISECONDS,
    );
    const consent = () => servicesFor(this.env).config.programme.consent;
    return [...rows]
      .map(({ summary }): ExportSummary => JSON.parse(summary))
      .filter((summary) => isAlsoFor(asking, summary, consent))
      .slice(0, MOST_LISTED);
  }

  override async alarm(): Promise<void> {
    await this.#forget();
  }

  /** What is left of the user's exports of the hour. */
  async standing(): Promise<LimitStanding> {
    const now = Date.now();
    const { jobsPerHour } = servicesFor(this.env).config;
    const counted = this.#countedTimes(now);
    const next = counted[Math.max(0, counted.length - jobsPerHour)];
    return {
      name: "exports",
      most: jobsPerHour,
      left: Math.max(0, jobsPerHour - counted.length),
      windowSeconds: HOUR_MILLISECONDS / 1000,
      resetSeconds: next === undefined ? 0 : secondsUntilForgotten(next, now),
    };
  }

  /** What is no longer listed, and wakes when the oldest that is left is not. */
  async #forget(): Promise<void> {
    this.#sql.exec("DELETE FROM job WHERE created < ?", Date.now() - LISTED_MILLISECONDS);
    const [oldest] = this.#sql.exec<{ created: number }>("SELECT created FROM job ORDER BY created LIMIT 1");
    if (oldest === undefined) {
      this.#hasTable = false;
      await this.ctx.storage.deleteAll();
    } else await this.ctx.storage.setAlarm(oldest.created + LISTED_MILLISECONDS + 1);
  }

  /** When the jobs of the hour before `now` were started, the earliest first. */
  #countedTimes(now: number): number[] {
    const rows = this.#sql.exec<{ created: number }>(
      "SELECT created FROM job WHERE counts = 1 AND created > ? ORDER BY created",
      now - HOUR_MILLISECONDS,
    );
    return [...rows].map(({ created }) => created);
  }

  /**
   * What pseudonyms the last complete export up to this time has that the client, or another of its recipient's, ordered for
   * the user; `undefined` where none is known.
   */
  #pseudonymsAt(time: number, { clientId, recipient }: Receiving): Pseudonyms | undefined {
    const [row] = this.#sql.exec<Pseudonyms>(
      `SELECT keyId, summary ->> 'policyName' AS policyName, summary ->> 'recipient' AS recipient FROM job
       WHERE transactionTime <= ? AND summary ->> 'role' = 'data-analyst'
         AND (summary ->> 'clientId' = ? OR summary ->> 'recipient' = ?)
       ORDER BY transactionTime DESC LIMIT 1`,
      // Instants are shown by the day: that of an export may be asked for as the day's begin.
      time + 24 * HOUR_MILLISECONDS,
      clientId,
      recipient,
    );
    return row;
  }
}

function secondsUntilForgotten(started: number, now: number): number {
  return Math.max(1, Math.ceil((started + HOUR_MILLISECONDS - now) / 1000));
}
