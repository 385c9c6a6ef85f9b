import type { ErrorCode } from "@aarohan/contract";
import type { ExportOrder, LastUpdatedWindow } from "@aarohan/export";
import { DeletionStore } from "./deletion-store.ts";
import { FactStore } from "./patient-facts.ts";
import { NO_COUNTS, type ShardCounts, type ShardEnd } from "./shard-spec.ts";
import type { StoredFile } from "./stored-file.ts";

/** Where a job stands: each phase is repeated until it is done. */
export type JobPhase = "queued" | "planning" | "running" | "deletions" | "sealing" | "done" | "removing";

/** How a job ends, or why it is removed. */
export type JobEnd = "complete" | "complete-with-errors" | "failed" | "cancelled" | "expired";

/** How far a job is, in percent of all and by type: 100 of all only once it is complete. */
export interface JobProgress {
  readonly percent: number;
  readonly byType: Readonly<Record<string, number>>;
}

/** Small facts of a job. */
export interface JobFacts {
  readonly phase: JobPhase;
  /** Milliseconds since 1970, fixed before anything is read. */
  readonly transactionTime?: number;
  readonly end?: JobEnd;
  readonly failure?: ErrorCode;
  readonly ended?: number;
  readonly expires?: number;
  /** Types whose shards are planned. */
  readonly plannedTypes: readonly string[];
  /** The highest that was told: progress does not go back. */
  readonly told: JobProgress;
  /** When the job came out of the queue, in milliseconds since 1970. */
  readonly begun?: number;
  /** Up to when changed Consents are known, once the job is done: milliseconds since 1970. */
  readonly consentsKnown?: number;
  /** `count`, until it is decided how coarse each patient leaves; default `read`. */
  readonly pass?: "count" | "read";
  /** True where all was counted before it is read. */
  readonly isCounted?: boolean;
  readonly isHelperPlanned?: boolean;
  /** Address of the state of the server's own export, below its base. */
  readonly bulkStatus?: string;
  /** What the files show of patients, as the manifest's `extension` says it. */
  readonly disclosure?: Readonly<Record<string, unknown>>;
  /** Since when deletions are gathered, in milliseconds since 1970. */
  readonly deletionsFrom?: number;
  /** Before this time nothing is done, in milliseconds since 1970: the programme's server has said when to come again. */
  readonly notBefore?: number;
  /** Faults of steps in a row. */
  readonly attempts?: number;
  /** True once its files and shards were removed for the first time. */
  readonly isCleared?: boolean;
}

/** What the manifest's `error` tells. */
export interface Complaint {
  readonly text: string;
  readonly severity: "information" | "warning";
}

/** `counted`: its patients are known. `read`: its data are in files. `checked`: consent was asked once more since. `failed`: its data do not leave. */
export type ShardState = "waiting" | "reading" | "counted" | "read" | "checking" | "checked" | "failed";

export interface ShardRow {
  readonly number: number;
  readonly type: string;
  readonly window: LastUpdatedWindow;
  readonly expected: number;
  readonly isHelper: boolean;
  /** File of the server's own export. */
  readonly file: string | undefined;
  readonly state: ShardState;
  readonly counts: ShardCounts;
  readonly code: ErrorCode | undefined;
}

type ShardRecord = {
  readonly number: number;
  readonly type: string;
  readonly lower: number | null;
  readonly upper: number;
  readonly expected: number;
  readonly helper: number;
  readonly file: string | null;
  readonly state: string;
  readonly counts: string;
  readonly code: string | null;
};

type FileRecord = {
  readonly name: string;
  readonly type: string;
  readonly lines: number;
  readonly file: string;
};

/** In the place of a shard's number: files that the job itself writes. */
export const COMPLAINTS = 0;
export const DELETIONS = -1;

const ORDER = "order";
const FACTS = "facts";
const QUEUED: JobFacts = { phase: "queued", plannedTypes: [], told: { percent: 0, byType: {} } };
const PATIENTS_PER_ROW = 1000;
const NOTHING = JSON.stringify(NO_COUNTS);

/** What a job remembers. Each method is one transaction. */
export class JobStore {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  #isReady = false;
  #people: FactStore | undefined;
  #deletions: DeletionStore | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  /** `undefined` where there is no such job: nothing is stored for asking. */
  get order(): ExportOrder | undefined {
    return this.#storage.kv.get<ExportOrder>(ORDER);
  }

  create(order: ExportOrder, patients: readonly string[] | undefined): void {
    this.#storage.transactionSync(() => {
      this.#prepare();
      this.#storage.kv.put(ORDER, order);
      this.set(QUEUED);
      for (let at = 0; at < (patients?.length ?? 0); at += PATIENTS_PER_ROW) {
        const ids = patients?.slice(at, at + PATIENTS_PER_ROW) ?? [];
        this.#sql.exec("INSERT INTO patients (ids) VALUES (?)", ids.join(" "));
      }
    });
  }

  get facts(): JobFacts {
    return this.#storage.kv.get<JobFacts>(FACTS) ?? { ...QUEUED, phase: "removing" };
  }

  set(change: Partial<JobFacts>): void {
    this.#storage.kv.put(FACTS, { ...this.#storage.kv.get<JobFacts>(FACTS), ...change });
  }

  /** Leaves a phase, unless the job has left it meanwhile: it may have been removed while a step was under way. */
  advance(from: JobPhase, change: Partial<JobFacts>): boolean {
    if (this.facts.phase !== from) return false;
    this.set(change);
    return true;
  }

  /** Ids of the patients whom the export is limited to; `undefined` for all. */
  patients(): string[] | undefined {
    this.#prepare();
    const rows = [...this.#sql.exec<{ ids: string }>("SELECT ids FROM patients ORDER BY number")];
    const { request } = this.order ?? {};
    if (request?.level.kind !== "group" && request?.patients === undefined) return undefined;
    return rows.flatMap(({ ids }) => ids.split(" "));
  }

  /** The type's shards: none for one of which there is nothing. */
  plan(
    type: string,
    shares: readonly (LastUpdatedWindow & { readonly expected: number; readonly file?: string })[],
    isHelper = false,
  ): void {
    this.#storage.transactionSync(() => {
      this.#prepare();
      for (const { from, before, expected, file } of shares) {
        this.#sql.exec(
          "INSERT INTO shard (type, lower, upper, expected, helper, file, state, counts) VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)",
          type,
          from ?? null,
          before,
          expected,
          isHelper ? 1 : 0,
          file ?? null,
          NOTHING,
        );
      }
      const planned = isHelper
        ? { isHelperPlanned: true }
        : { plannedTypes: [...this.facts.plannedTypes, type] };
      this.set(planned);
    });
  }

  shards(): ShardRow[] {
    this.#prepare();
    return [...this.#sql.exec<ShardRecord>("SELECT * FROM shard ORDER BY number")].map(
      ({ number, type, lower, upper, expected, helper, file, state, counts, code }) => ({
        number,
        type,
        window: { from: lower ?? undefined, before: upper },
        expected,
        isHelper: helper === 1,
        file: file ?? undefined,
        state: state as ShardState,
        counts: JSON.parse(counts),
        code: (code ?? undefined) as ErrorCode | undefined,
      }),
    );
  }

  setState(number: number, state: ShardState): void {
    this.#sql.exec("UPDATE shard SET state = ? WHERE number = ?", state, number);
  }

  setCounts(number: number, counts: ShardCounts): void {
    this.#prepare();
    this.#sql.exec("UPDATE shard SET counts = ? WHERE number = ?", JSON.stringify(counts), number);
  }

  /** A shard that has ended, with its files in the place of those it had. */
  end(number: number, end: ShardEnd): void {
    this.#storage.transactionSync(() => {
      this.#prepare();
      this.setCounts(number, end.counts);
      const state: ShardState = this.facts.pass === "count" ? "counted" : "read";
      this.#sql.exec(
        "UPDATE shard SET state = ?, code = ? WHERE number = ?",
        state,
        end.code ?? null,
        number,
      );
      this.#sql.exec("DELETE FROM file WHERE shard = ?", number);
      for (const file of end.files) this.addFile(number, file);
    });
  }

  /** All has been counted: now everything is read, by those shards that export. */
  beginReading(): void {
    this.#storage.transactionSync(() => {
      this.#sql.exec("DELETE FROM shard WHERE helper = 1");
      this.#sql.exec("UPDATE shard SET state = 'waiting', counts = ?, code = NULL", NOTHING);
      this.set({ pass: "read", isCounted: true });
    });
  }

  /** What is known of the patients in it. */
  get people(): FactStore {
    this.#people ??= new FactStore(this.#sql);
    return this.#people;
  }

  /** What was deleted since `_since`. */
  get deletions(): DeletionStore {
    this.#deletions ??= new DeletionStore(this.#sql);
    return this.#deletions;
  }

  /** A shard whose data must not leave, because consent could not be asked. */
  drop(number: number, code: ErrorCode): void {
    this.#storage.transactionSync(() => {
      this.#prepare();
      this.#sql.exec("UPDATE shard SET state = 'failed', code = ? WHERE number = ?", code, number);
      this.#sql.exec("DELETE FROM file WHERE shard = ?", number);
    });
  }

  /** `shard`: its number, or `COMPLAINTS`, or `DELETIONS`. */
  addFile(shard: number, { name, type, lines, file }: StoredFile): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO file (name, shard, type, lines, file) VALUES (?, ?, ?, ?, ?)",
      name,
      shard,
      type,
      lines,
      JSON.stringify({ ...file, digest: [...file.digest] }),
    );
  }

  files(): (StoredFile & { readonly shard: number })[] {
    this.#prepare();
    const rows = this.#sql.exec<FileRecord & { readonly shard: number }>(
      "SELECT * FROM file ORDER BY shard, rowid",
    );
    return [...rows].map(({ file, ...row }) => ({ ...row, file: fileOf(file) }));
  }

  file(name: string): (StoredFile & { readonly shard: number }) | undefined {
    this.#prepare();
    const [row] = this.#sql.exec<FileRecord & { readonly shard: number }>(
      "SELECT * FROM file WHERE name = ?",
      name,
    );
    return row === undefined ? undefined : { ...row, file: fileOf(row.file) };
  }

  removeFiles(names: readonly string[]): void {
    this.#sql.exec("DELETE FROM file WHERE name IN (SELECT value FROM json_each(?))", JSON.stringify(names));
  }

  /** Sentences for the manifest's `error`, each once. */
  complain(severity: Complaint["severity"], text: string): void {
    this.#prepare();
    this.#sql.exec("INSERT OR IGNORE INTO complaint (text, severity) VALUES (?, ?)", text, severity);
  }

  complaints(): Complaint[] {
    this.#prepare();
    const rows = this.#sql.exec<{ text: string; severity: string }>(
      "SELECT text, severity FROM complaint ORDER BY rowid",
    );
    return [...rows].map(({ text, severity }) => ({
      text,
      severity: severity === "information" ? severity : "warning",
    }));
  }

  #prepare(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS patients (number INTEGER PRIMARY KEY, ids TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS shard (
        number INTEGER PRIMARY KEY,
        type TEXT NOT NULL,
        lower INTEGER,
        upper INTEGER NOT NULL,
        expected INTEGER NOT NULL,
        helper INTEGER NOT NULL,
        file TEXT,
        state TEXT NOT NULL,
        counts TEXT NOT NULL,
        code TEXT
      );
      CREATE TABLE IF NOT EXISTS file (
        name TEXT PRIMARY KEY,
        shard INTEGER NOT NULL,
        type TEXT NOT NULL,
        lines INTEGER NOT NULL,
        file TEXT NOT NULL
      );
      CREATE TABLE IF NOT EXISTS complaint (text TEXT PRIMARY KEY, severity TEXT NOT NULL);
    `);
  }
}

function fileOf(text: string): StoredFile["file"] {
  const { digest, ...file } = JSON.parse(text);
  return { ...file, digest: Uint8Array.from(digest) };
}
