/** A pseudonym's first characters find its events: 96 bits, of which 88 are its tag. */
const KEY_LENGTH = 16;
/** So many entries, or patients, wait until they are entered together: as many are read again after an eviction. */
const MOST_ENTRIES = 64;
const MOST_WAITING = 6400;

/** The entries of each day. */
const DAYS = `(SELECT first,
  ifnull(lead(first) OVER (ORDER BY first) - 1, ifnull((SELECT max(sequence) FROM entry), first)) AS last FROM day)`;

/** Numbers of entries, both inclusive. */
export interface EntryRange {
  readonly first: number;
  readonly last: number;
}

/** Entries that are not yet entered, and whom they name. */
interface Waiting extends EntryRange {
  readonly keys: Set<string>;
}

/**
 * Which entries name a patient: by segments, runs of entries of one day, each with its patients in the order of their keys.
 * Entered one by one, a page of a hundred patients would touch a hundred places of the table; a segment is written in one. What
 * waits is known from the lines of the entries, which are durable, and is looked through as a segment is.
 */
export class SeenPatients {
  readonly #sql: SqlStorage;
  #waiting: Waiting | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS segment (first INTEGER PRIMARY KEY, last INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS segment_patient (
        segment INTEGER NOT NULL,
        patient TEXT NOT NULL,
        PRIMARY KEY (segment, patient)
      ) WITHOUT ROWID;
    `);
  }

  /** Takes over what an earlier version knew, a row for each patient and entry: a segment for each day. */
  adopt(): void {
    const [old] = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seen'");
    if (old === undefined) return;
    this.#sql.exec(`
      INSERT OR IGNORE INTO segment_patient (segment, patient)
        SELECT bounds.first, patient FROM ${DAYS} bounds JOIN segment_patient ON segment BETWEEN bounds.first AND bounds.last;
      INSERT OR IGNORE INTO segment_patient (segment, patient)
        SELECT bounds.first, patient FROM ${DAYS} bounds JOIN seen ON sequence BETWEEN bounds.first AND bounds.last;
      DELETE FROM segment_patient WHERE segment NOT IN (SELECT first FROM day);
      DELETE FROM segment;
      INSERT INTO segment (first, last) SELECT first, last FROM ${DAYS};
      DROP TABLE seen;
    `);
  }

  /** The last entry that is in a segment; 0 where none is. What follows has to be noted again after a restart. */
  get lastEntered(): number {
    const [row] = this.#sql.exec<{ last: number | null }>("SELECT MAX(last) AS last FROM segment");
    return row?.last ?? 0;
  }

  /** True once what waits is to be entered, before the next entry is noted. */
  get isFull(): boolean {
    if (this.#waiting === undefined) return false;
    const { first, last, keys } = this.#waiting;
    return last - first + 1 >= MOST_ENTRIES || keys.size >= MOST_WAITING;
  }

  note(sequence: number, patients: readonly string[]): void {
    const { first = sequence, keys = new Set<string>() } = this.#waiting ?? {};
    for (const patient of patients) keys.add(keyOf(patient));
    this.#waiting = { first, last: sequence, keys };
  }

  /** Enters what waits as one segment. */
  enter(): void {
    if (this.#waiting === undefined) return;
    const { first, last, keys } = this.#waiting;
    this.#sql.exec("INSERT INTO segment (first, last) VALUES (?, ?)", first, last);
    this.#sql.exec(
      "INSERT OR IGNORE INTO segment_patient (segment, patient) SELECT ?, value FROM json_each(?)",
      first,
      JSON.stringify([...keys].sort()),
    );
    this.#waiting = undefined;
  }

  /** Runs of entries that name one of the patients, or of whose neighbours one does, the newest first. */
  rangesOf(patients: readonly string[], { first, last }: EntryRange): EntryRange[] {
    const keys = patients.map(keyOf);
    const ranges = [
      ...this.#sql.exec<{ first: number; last: number }>(
        `SELECT first, last FROM segment WHERE last >= ? AND first <= ? AND EXISTS (
           SELECT 1 FROM segment_patient WHERE segment = first AND patient IN (${keys.map(() => "?").join(", ")})
         ) ORDER BY first DESC`,
        first,
        last,
        ...keys,
      ),
    ];
    const waiting = this.#waiting;
    const isWaiting = waiting !== undefined && waiting.last >= first && waiting.first <= last;
    return isWaiting && keys.some((key) => waiting.keys.has(key)) ? [waiting, ...ranges] : ranges;
  }

  /** Of these entries, which are of one day and entered, remains that their patients were in it. */
  merge({ first, last }: EntryRange): void {
    this.#sql.exec(
      `INSERT OR IGNORE INTO segment_patient (segment, patient)
         SELECT ?1, patient FROM segment_patient WHERE segment > ?1 AND segment <= ?2`,
      first,
      last,
    );
    this.#sql.exec("DELETE FROM segment_patient WHERE segment > ? AND segment <= ?", first, last);
    const [{ count = 0 } = {}] = this.#sql.exec<{ count: number }>(
      "SELECT COUNT(*) AS count FROM segment WHERE first BETWEEN ? AND ?",
      first,
      last,
    );
    if (count === 0) return;
    this.#sql.exec("DELETE FROM segment WHERE first BETWEEN ? AND ?", first, last);
    this.#sql.exec("INSERT INTO segment (first, last) VALUES (?, ?)", first, last);
  }

  /** Forgets who is in entries before this one. */
  removeBefore(sequence: number): void {
    this.#sql.exec("DELETE FROM segment_patient WHERE segment < ?", sequence);
    this.#sql.exec("DELETE FROM segment WHERE first < ?", sequence);
  }
}

function keyOf(pseudonym: string): string {
  return pseudonym.slice(0, KEY_LENGTH);
}
