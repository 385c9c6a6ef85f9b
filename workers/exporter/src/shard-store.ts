import type { ErrorCode } from "@aarohan/contract";
import { FIRST_SLICE, type SliceState } from "@aarohan/export";
import type { ReadSlice } from "./read-slice.ts";
import { NO_COUNTS, type ShardCounts, type ShardEnd, type ShardSpec } from "./shard-spec.ts";
import type { StoredFile } from "./stored-file.ts";

/** `reading` and `checking` go on by themselves; the others are told to the job, and wait for it. */
export type ShardPhase = "reading" | "ended" | "checking" | "checked" | "unchecked";

/** Small facts of a shard. */
export interface ShardFacts {
  readonly phase: ShardPhase;
  /** How often it was read anew, because consent was withdrawn meanwhile. */
  readonly epoch: number;
  readonly state: SliceState;
  readonly counts: ShardCounts;
  /** True once the job knows of the end. */
  readonly isTold: boolean;
  /** Why it ended early, or why consent could not be asked. */
  readonly failure?: ErrorCode;
  /** Faults in a row, and when the last resource was read, in milliseconds since 1970. */
  readonly attempts: number;
  readonly readAt: number;
}

type SliceRecord = {
  readonly number: number;
  readonly file: string | null;
  readonly ids: string;
  readonly patients: string;
};

const SPEC = "spec";
const FACTS = "facts";
const PATIENTS_PER_ROW = 1000;

/** What a shard remembers: of each slice its file, the ids that it read, and the patients in it. */
export class ShardStore {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  /** Ids of all slices; `undefined` until they are needed. */
  #read: Set<string> | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  get spec(): ShardSpec | undefined {
    return this.#storage.kv.get<ShardSpec>(SPEC);
  }

  get facts(): ShardFacts {
    const facts = this.#storage.kv.get<ShardFacts>(FACTS);
    if (facts === undefined) throw new Error("a shard without a beginning");
    return facts;
  }

  set(change: Partial<ShardFacts>): void {
    this.#storage.kv.put(FACTS, { ...this.facts, ...change });
  }

  create(spec: ShardSpec, patients: readonly string[] | undefined, pageSize: number, now: number): void {
    this.#storage.transactionSync(() => {
      this.#sql.exec(`
        CREATE TABLE IF NOT EXISTS slice (
          number INTEGER PRIMARY KEY,
          file TEXT,
          ids TEXT NOT NULL,
          patients TEXT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS patients (number INTEGER PRIMARY KEY, ids TEXT NOT NULL);
      `);
      for (let at = 0; at < (patients?.length ?? 0); at += PATIENTS_PER_ROW) {
        const ids = patients?.slice(at, at + PATIENTS_PER_ROW) ?? [];
        this.#sql.exec("INSERT INTO patients (ids) VALUES (?)", ids.join(" "));
      }
      this.#storage.kv.put(SPEC, spec);
      this.#storage.kv.put(FACTS, beginning(0, pageSize, now));
    });
  }

  /** Forgets what was read, to read it anew; for another pass, as it says. */
  restart(pageSize: number, now: number, spec?: ShardSpec): void {
    this.#storage.transactionSync(() => {
      this.#sql.exec("DELETE FROM slice");
      if (spec !== undefined) this.#storage.kv.put(SPEC, spec);
      const epoch = spec === undefined ? this.facts.epoch + 1 : 0;
      this.#storage.kv.put(FACTS, beginning(epoch, pageSize, now));
    });
    this.#read = undefined;
  }

  /** Ids of the patients whom the export is limited to; empty for all. */
  limitedTo(): string[] {
    return [...this.#sql.exec<{ ids: string }>("SELECT ids FROM patients ORDER BY number")].flatMap(
      ({ ids }) => ids.split(" "),
    );
  }

  hasRead(id: string): boolean {
    this.#read ??= new Set(this.#slices().flatMap(({ ids }) => words(ids)));
    return this.#read.has(id);
  }

  nextSlice(): number {
    const [last] = this.#sql.exec<{ number: number }>(
      "SELECT number FROM slice ORDER BY number DESC LIMIT 1",
    );
    return (last?.number ?? -1) + 1;
  }

  /** A slice whose file is written: from here the next one goes on. */
  commit(number: number, slice: ReadSlice, file: StoredFile | undefined, now: number): void {
    const { counts, readAt, state } = this.facts;
    const hasMoved = slice.ids.length > 0 || slice.state.search > state.search;
    this.#storage.transactionSync(() => {
      this.#sql.exec(
        "INSERT INTO slice (number, file, ids, patients) VALUES (?, ?, ?, ?)",
        number,
        file === undefined
          ? null
          : JSON.stringify({ ...file, file: { ...file.file, digest: [...file.file.digest] } }),
        slice.ids.join(" "),
        [...slice.patients].join(" "),
      );
      this.set({
        state: slice.state,
        counts: {
          read: counts.read + slice.ids.length,
          released: counts.released + (file?.lines ?? 0),
          withheld: counts.withheld + slice.withheld,
          malformed: counts.malformed + slice.malformed,
          short: counts.short + slice.short,
          kept: counts.kept + slice.elements.kept,
          transformed: counts.transformed + slice.elements.transformed,
          dropped: counts.dropped + slice.elements.dropped,
        },
        phase: slice.state.isFinished ? "ended" : "reading",
        isTold: false,
        attempts: 0,
        readAt: hasMoved ? now : readAt,
      });
    });
    for (const id of slice.ids) this.#read?.add(id);
  }

  /** How the reading ended. */
  end(): ShardEnd {
    const { counts, failure } = this.facts;
    return { counts, files: this.files(), ...(failure === undefined ? {} : { code: failure }) };
  }

  files(): StoredFile[] {
    return this.#slices().flatMap(({ file }) => (file === null ? [] : [fileOf(file)]));
  }

  /** Ids of all patients who are named by what was released. */
  patients(): Set<string> {
    return new Set(this.#slices().flatMap(({ patients }) => words(patients)));
  }

  /** Names of the files that name one of these patients. */
  filesNaming(patients: ReadonlySet<string>): string[] {
    const touched = this.#slices().filter((slice) => words(slice.patients).some((id) => patients.has(id)));
    return touched.flatMap(({ file }) => (file === null ? [] : [fileOf(file).name]));
  }

  #slices(): SliceRecord[] {
    return [...this.#sql.exec<SliceRecord>("SELECT * FROM slice ORDER BY number")];
  }
}

function beginning(epoch: number, pageSize: number, now: number): ShardFacts {
  return {
    phase: "reading",
    epoch,
    state: { ...FIRST_SLICE, pageSize },
    counts: NO_COUNTS,
    isTold: false,
    attempts: 0,
    readAt: now,
  };
}

function words(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}

function fileOf(text: string): StoredFile {
  const { file, ...rest } = JSON.parse(text);
  return { ...rest, file: { ...file, digest: Uint8Array.from(file.digest) } };
}
