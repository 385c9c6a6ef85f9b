import { type AuditFields, type ChainedLine, type ChainPlace, EXACT_FIELDS, fieldsOf } from "@aarohan/audit";
import type { AuditQuery } from "@aarohan/contract";
import { type EntryRange, SeenPatients } from "./seen-patients.ts";

/** A day of the chain. */
export interface DayRow {
  /** `2026-11-23`, in UTC. */
  readonly day: string;
  /** Number of its first entry, and the hash before it. */
  readonly first: number;
  readonly previous: string;
  /** `undefined` while the day goes on. */
  readonly closed: { readonly entries: number; readonly head: string } | undefined;
  /** Its signed head, once it is sealed in R2. */
  readonly jws: string | undefined;
  /** True once the head was taken outside. */
  readonly published: boolean;
  /** True once its entries are in R2 alone. */
  readonly archived: boolean;
}

type DayRecord = {
  readonly day: string;
  readonly first: number;
  readonly previous: string;
  readonly entries: number | null;
  readonly head: string | null;
  readonly jws: string | null;
  readonly published: number;
  readonly archived: number;
};

/** A line of an export may name 5,000 patients, in 350 KB. */
const LINES_AT_ONCE = 50;
const COLUMNS = {
  requestId: "request_id",
  issuer: "issuer",
  subject: "subject",
  clientId: "client_id",
  role: "role",
  type: "type",
  interaction: "interaction",
  action: "action",
  resourceType: "resource_type",
  outcome: "outcome",
} as const satisfies Record<(typeof EXACT_FIELDS)[number], string>;

const INSERT_ENTRY = `INSERT INTO entry (sequence, recorded, hash, line, ${EXACT_FIELDS.map((name) => COLUMNS[name]).join(", ")})
  VALUES (?, ?, ?, ?, ${EXACT_FIELDS.map(() => "?").join(", ")}) ON CONFLICT (request_id) DO NOTHING`;

/** The tables of one tenant's trail. Each method is one transaction. */
export class AuditStore {
  readonly #sql: SqlStorage;
  readonly #storage: DurableObjectStorage;
  readonly #seen: SeenPatients;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS entry (
        sequence INTEGER PRIMARY KEY,
        recorded INTEGER NOT NULL,
        request_id TEXT NOT NULL,
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        client_id TEXT NOT NULL,
        role TEXT NOT NULL,
        type TEXT NOT NULL,
        interaction TEXT NOT NULL,
        action TEXT NOT NULL,
        resource_type TEXT NOT NULL,
        outcome TEXT NOT NULL,
        hash TEXT NOT NULL,
        line TEXT NOT NULL
      );
      CREATE UNIQUE INDEX IF NOT EXISTS entry_request ON entry (request_id);
      CREATE INDEX IF NOT EXISTS entry_subject ON entry (subject);
      CREATE TABLE IF NOT EXISTS day (
        day TEXT PRIMARY KEY,
        first INTEGER NOT NULL,
        previous TEXT NOT NULL,
        entries INTEGER,
        head TEXT,
        jws TEXT,
        published INTEGER NOT NULL DEFAULT 0,
        archived INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID;
    `);
    this.#seen = new SeenPatients(this.#sql);
    storage.transactionSync(() => this.#noteLast());
  }

  /** Notes who is in the entries that were not entered when the object ended. */
  #noteLast(): void {
    this.#seen.adopt();
    const firsts = new Set(this.days().map(({ first }) => first));
    const rows = this.#sql.exec<{ sequence: number; line: string }>(
      "SELECT sequence, line FROM entry WHERE sequence > ? ORDER BY sequence",
      this.#seen.lastEntered,
    );
    for (const { sequence, line } of [...rows]) {
      if (firsts.has(sequence)) this.#seen.enter();
      this.#seen.note(sequence, patientsOf(line));
    }
  }

  /** Where the chain ends; `undefined` where it has not begun. */
  end(): ChainPlace | undefined {
    const [entry] = this.#sql.exec<{ sequence: number; hash: string }>(
      "SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1",
    );
    if (entry !== undefined) return entry;
    const closed = this.days().at(-1);
    return closed?.closed === undefined
      ? undefined
      : { sequence: closed.first + closed.closed.entries - 1, hash: closed.closed.head };
  }

  /**
   * Adds the entry, to the day that goes on or as the first of a new one. False where an entry of the same request is there:
   * then nothing was added.
   */
  append(
    day: { readonly day: string; readonly isNew: boolean },
    before: ChainPlace,
    { sequence, hash, line }: ChainedLine,
    fields: AuditFields,
  ): boolean {
    if (day.isNew || this.#seen.isFull) this.#storage.transactionSync(() => this.#seen.enter());
    const insert = () =>
      this.#sql.exec(
        INSERT_ENTRY,
        sequence,
        fields.recorded,
        hash,
        line,
        ...EXACT_FIELDS.map((name) => fields[name]),
      ).rowsWritten > 0;
    const isAdded = day.isNew
      ? this.#storage.transactionSync(() => {
          if (!insert()) return false;
          this.#sql.exec(
            "INSERT INTO day (day, first, previous) VALUES (?, ?, ?)",
            day.day,
            sequence,
            before.hash,
          );
          return true;
        })
      : insert();
    if (isAdded) this.#seen.note(sequence, fields.patients);
    return isAdded;
  }

  /** All days, the oldest first. */
  days(): DayRow[] {
    return [...this.#sql.exec<DayRecord>("SELECT * FROM day ORDER BY day")].map(
      ({ day, first, previous, entries, head, jws, published, archived }) => ({
        day,
        first,
        previous,
        closed: entries === null || head === null ? undefined : { entries, head },
        jws: jws ?? undefined,
        published: published === 1,
        archived: archived === 1,
      }),
    );
  }

  isClosed(day: string): boolean {
    return [...this.#sql.exec("SELECT 1 FROM day WHERE day = ? AND head IS NOT NULL", day)].length > 0;
  }

  /** No entry comes to the day any more. `next`: the day after it, where there is one. */
  close(day: DayRow, next: DayRow | undefined): { readonly entries: number; readonly head: string } {
    const end = next === undefined ? this.end() : { sequence: next.first - 1, hash: next.previous };
    const closed = {
      entries: (end?.sequence ?? day.first - 1) - day.first + 1,
      head: end?.hash ?? day.previous,
    };
    this.#sql.exec(
      "UPDATE day SET entries = ?, head = ? WHERE day = ?",
      closed.entries,
      closed.head,
      day.day,
    );
    return closed;
  }

  seal(day: string, jws: string): void {
    this.#sql.exec("UPDATE day SET jws = ? WHERE day = ?", jws, day);
  }

  publish(day: string): void {
    this.#sql.exec("UPDATE day SET published = 1 WHERE day = ?", day);
  }

  /** Entries of a sealed day go; of who was seen in it remains that it was in this day. */
  archive({ day, first, closed }: DayRow): void {
    const last = first + (closed?.entries ?? 0) - 1;
    this.#storage.transactionSync(() => this.#seen.enter());
    this.#storage.transactionSync(() => {
      this.#sql.exec("DELETE FROM entry WHERE sequence BETWEEN ? AND ?", first, last);
      this.#seen.merge({ first, last });
      this.#sql.exec("UPDATE day SET archived = 1 WHERE day = ?", day);
    });
  }

  remove({ day, first, closed }: DayRow): void {
    this.#storage.transactionSync(() => {
      this.#seen.removeBefore(first + (closed?.entries ?? 0));
      this.#sql.exec("DELETE FROM day WHERE day = ?", day);
    });
  }

  /** The day's lines in their order, some dozens at a time. */
  *lines(first: number, last: number): Generator<string> {
    for (let from = first; from <= last; from += LINES_AT_ONCE) {
      const rows = this.#sql.exec<{ line: string }>(
        "SELECT line FROM entry WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
        from,
        Math.min(from + LINES_AT_ONCE - 1, last),
      );
      for (const { line } of [...rows]) yield line;
    }
  }

  /** Entries from `first` to before `before` that the query finds, the newest first, `count` at most. */
  search(query: AuditQuery, first: number, before: number): { sequence: number; line: string }[] {
    const all = { first, last: before - 1 };
    if (query.patients === undefined) return this.#searchIn(all, query, query.count);
    const found: { sequence: number; line: string }[] = [];
    for (const range of this.#seen.rangesOf(query.patients, all)) {
      if (found.length >= query.count) break;
      const part = { first: Math.max(range.first, first), last: Math.min(range.last, all.last) };
      found.push(...this.#searchIn(part, query, query.count - found.length));
    }
    return found;
  }

  #searchIn(
    { first, last }: EntryRange,
    query: AuditQuery,
    count: number,
  ): { sequence: number; line: string }[] {
    const conditions: [condition: string, values: readonly SqlStorageValue[]][] = [
      ["sequence BETWEEN ? AND ?", [first, last]],
      ["recorded >= ?", [query.from ?? 0]],
      ["recorded < ?", [query.until ?? Number.MAX_SAFE_INTEGER]],
    ];
    for (const name of EXACT_FIELDS) {
      const value = query[name];
      if (value !== undefined) conditions.push([`${COLUMNS[name]} = ?`, [value]]);
    }
    if (query.patients !== undefined) {
      conditions.push([
        `(${query.patients.map(() => "instr(line, ?) > 0").join(" OR ")})`,
        query.patients.map((patient) => `"Patient/${patient}"`),
      ]);
    }
    const where = conditions.map(([condition]) => condition).join(" AND ");
    return [
      ...this.#sql.exec<{ sequence: number; line: string }>(
        `SELECT sequence, line FROM entry WHERE ${where} ORDER BY sequence DESC LIMIT ?`,
        ...conditions.flatMap(([, values]) => values),
        count,
      ),
    ];
  }

  /** Whether one of the patients may have been seen between two entries. */
  hasSeen(patients: readonly string[], first: number, last: number): boolean {
    return this.#seen.rangesOf(patients, { first, last }).length > 0;
  }
}

/** A line that somebody has changed names nobody: that it was changed, the chain tells. */
function patientsOf(line: string): readonly string[] {
  try {
    return fieldsOf(JSON.parse(line)).patients;
  } catch {
    return [];
  }
}
