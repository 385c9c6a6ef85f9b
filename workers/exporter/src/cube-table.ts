import { CHUNK_WIDTHS, Cube, type CubeChunk, type CubeNames, type Subject } from "@aarohan/measures";

/** Rows of a stored value may have 2 MB. */
const NUMBERS_PER_ROW = 700_000;

export type ChunkRecord = { readonly subject: string; readonly month: number; readonly numbers: ArrayBuffer };

/** A cube as it is stored, month by month: so that what has changed is written, and nothing else. */
export class CubeTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS chunk (
        subject TEXT NOT NULL,
        month INTEGER NOT NULL,
        part INTEGER NOT NULL,
        numbers BLOB NOT NULL,
        PRIMARY KEY (subject, month, part)
      );
      CREATE TABLE IF NOT EXISTS name (list TEXT NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (list, place));
    `);
  }

  save(cube: Cube): void {
    for (const chunk of cube.changedChunks()) this.#saveChunk(chunk);
    for (const [list, names] of Object.entries(cube.names)) {
      for (const [place, name] of names.entries())
        this.#sql.exec("INSERT OR IGNORE INTO name (list, place, name) VALUES (?, ?, ?)", list, place, name);
    }
  }

  load(): Cube {
    const rows = this.#sql.exec<ChunkRecord>("SELECT subject, month, numbers FROM chunk");
    return Cube.from(this.#names(), chunksOf(rows));
  }

  clear(): void {
    this.#sql.exec("DELETE FROM chunk");
    this.#sql.exec("DELETE FROM name");
  }

  #saveChunk({ subject, month, numbers }: CubeChunk): void {
    this.#sql.exec("DELETE FROM chunk WHERE subject = ? AND month = ?", subject, month);
    for (const [part, some] of [...partsOf({ subject, month, numbers })].entries()) {
      const insert = "INSERT INTO chunk (subject, month, part, numbers) VALUES (?, ?, ?, ?)";
      this.#sql.exec(insert, subject, month, part, some);
    }
  }

  #names(): CubeNames {
    const rows = [
      ...this.#sql.exec<{ list: string; name: string }>("SELECT list, name FROM name ORDER BY list, place"),
    ];
    const listed = (list: string) => rows.filter((row) => row.list === list).map(({ name }) => name);
    return {
      states: listed("states"),
      districts: listed("districts"),
      organisations: listed("organisations"),
    };
  }
}

/** A chunk as values that can be stored: each is a chunk as well. */
export function* partsOf({ subject, numbers }: CubeChunk): Generator<ArrayBuffer> {
  const width = CHUNK_WIDTHS[subject];
  const most = Math.floor(NUMBERS_PER_ROW / width) * width;
  for (let at = 0; at < numbers.length; at += most) yield numbers.slice(at, at + most).buffer;
}

export function* chunksOf(rows: Iterable<ChunkRecord>): Generator<CubeChunk> {
  for (const { subject, month, numbers } of rows)
    yield { subject: subjectOf(subject), month, numbers: new Uint16Array(numbers) };
}

function subjectOf(name: string): Subject {
  return name === "followUps" ? "followUps" : "screenings";
}
