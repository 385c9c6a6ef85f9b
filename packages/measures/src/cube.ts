import { CellTable } from "./cell-table.ts";
import type { RowChanges } from "./fact-store.ts";
import { monthOf } from "./indian-day.ts";
import type { PersonRows } from "./person-rows.ts";
import type { FollowUpRow, RowDimensions, ScreeningRow } from "./row.ts";

/** Places of what every row says, in a cell. */
export const COLUMN = {
  day: 0,
  previous: 1,
  next: 2,
  state: 3,
  district: 4,
  setting: 5,
  sex: 6,
  /** The band of the age, and 8 bits higher that of the age that anonymised rows tell. */
  ageBands: 7,
  tobacco: 8,
  habit: 9,
  organisation: 10,
  /** Of screenings. */
  lesion: 11,
  ai: 12,
  diagnosis: 13,
  recommendations: 14,
  reviewDays: 15,
  /** Of follow-up Tasks. */
  outcome: 11,
  followUpDays: 12,
} as const;

const SCREENING_WIDTH = 16;
const FOLLOW_UP_WIDTH = 13;

const SHOWN_BITS = 8;

/** Place in `AGE_BANDS`. */
export function ageBandAt(cells: Uint16Array, at: number): number {
  return (cells[at + COLUMN.ageBands] ?? 0) & ((1 << SHOWN_BITS) - 1);
}

/** `ageBandAt` of the age that anonymised rows tell. */
export function shownAgeBandAt(cells: Uint16Array, at: number): number {
  return (cells[at + COLUMN.ageBands] ?? 0) >> SHOWN_BITS;
}

export type Subject = "screenings" | "followUps";

/** Numbers that a chunk has of each cell: its own, then its count in two. */
export const CHUNK_WIDTHS: Readonly<Record<Subject, number>> = {
  screenings: SCREENING_WIDTH + 2,
  followUps: FOLLOW_UP_WIDTH + 2,
};

/** One month's cells of one subject: what is stored of a cube. */
export interface CubeChunk {
  readonly subject: Subject;
  /** Months since 1970. */
  readonly month: number;
  readonly numbers: Uint16Array;
}

/** Names behind the numbers: the empty one, which is unknown, is the first. */
export interface CubeNames {
  readonly states: readonly string[];
  /** `state|district`. */
  readonly districts: readonly string[];
  readonly organisations: readonly string[];
}

/**
 * All rows of all persons, equal ones counted together: what every indicator is computed from, for any period and filter, in
 * one walk. Takes changes in any order; two cubes of different persons can be put together.
 */
export class Cube {
  readonly screenings = new CellTable(SCREENING_WIDTH);
  readonly followUps = new CellTable(FOLLOW_UP_WIDTH);
  readonly #states = new NameList();
  readonly #districts = new NameList();
  readonly #organisations = new NameList();
  readonly #changed = new Set<string>();

  get names(): CubeNames {
    return {
      states: this.#states.names,
      districts: this.#districts.names,
      organisations: this.#organisations.names,
    };
  }

  take({ removed, added }: RowChanges): void {
    this.#count(removed, -1);
    this.#count(added, 1);
  }

  add(rows: PersonRows): void {
    this.#count(rows, 1);
  }

  /** Adds what another cube counts of other persons. */
  merge(other: Cube): void {
    for (const subject of ["screenings", "followUps"] as const) {
      const from = other[subject];
      for (let cell = 0; cell < from.size; cell += 1) {
        const row = from.cells.slice(cell * from.width, (cell + 1) * from.width);
        row[COLUMN.state] = this.#states.place(other.names.states[row[COLUMN.state] ?? 0] ?? "");
        row[COLUMN.district] = this.#districts.place(other.names.districts[row[COLUMN.district] ?? 0] ?? "");
        row[COLUMN.organisation] = this.#organisations.place(
          other.names.organisations[row[COLUMN.organisation] ?? 0] ?? "",
        );
        this.#add(subject, row, from.count(cell));
      }
    }
  }

  /** Cells that count somebody, or fewer than nobody. */
  occupied(): number {
    let found = 0;
    for (const table of [this.screenings, this.followUps])
      for (let cell = 0; cell < table.size; cell += 1) if (table.count(cell) !== 0) found += 1;
    return found;
  }

  /** Months since 1970 in which somebody was screened, in order. */
  months(): number[] {
    const { cells, width, size } = this.screenings;
    const found = new Set<number>();
    for (let cell = 0; cell < size; cell += 1)
      if (this.screenings.count(cell) > 0) found.add(monthOf(cells[cell * width + COLUMN.day] ?? 0));
    return [...found].toSorted((a, b) => a - b);
  }

  /** Months whose cells have changed since the last call, whole: a month that has become empty has no numbers. */
  changedChunks(): CubeChunk[] {
    const chunks = [...this.#changed].map((name) => {
      const [subject = "", month = ""] = name.split(" ");
      return this.#chunk(subject === "followUps" ? "followUps" : "screenings", Number(month));
    });
    this.#changed.clear();
    return chunks;
  }

  /** A cube as it was stored. */
  static from(names: CubeNames, chunks: Iterable<CubeChunk>): Cube {
    const cube = new Cube();
    for (const name of names.states) cube.#states.place(name);
    for (const name of names.districts) cube.#districts.place(name);
    for (const name of names.organisations) cube.#organisations.place(name);
    for (const { subject, numbers } of chunks) {
      const { width } = cube[subject];
      for (let at = 0; at < numbers.length; at += CHUNK_WIDTHS[subject]) {
        const count = (numbers[at + width] ?? 0) + (numbers[at + width + 1] ?? 0) * 0x1_0000;
        cube[subject].add(numbers.subarray(at, at + width), count);
      }
    }
    return cube;
  }

  #chunk(subject: Subject, month: number): CubeChunk {
    const table = this[subject];
    const { width, cells } = table;
    const numbers: number[] = [];
    for (let cell = 0; cell < table.size; cell += 1) {
      const count = table.count(cell);
      if (count === 0 || monthOf(cells[cell * width] ?? 0) !== month) continue;
      for (let at = cell * width; at < (cell + 1) * width; at += 1) numbers.push(cells[at] ?? 0);
      numbers.push(count % 0x1_0000, Math.floor(count / 0x1_0000));
    }
    return { subject, month, numbers: Uint16Array.from(numbers) };
  }

  #count({ screenings, followUps }: PersonRows, by: 1 | -1): void {
    for (const row of screenings) this.#add("screenings", this.#screeningNumbers(row), by);
    for (const row of followUps) this.#add("followUps", this.#followUpNumbers(row), by);
  }

  #add(subject: Subject, numbers: ArrayLike<number>, by: number): void {
    this[subject].add(numbers, by);
    this.#changed.add(`${subject} ${monthOf(numbers[COLUMN.day] ?? 0)}`);
  }

  #screeningNumbers(row: ScreeningRow): number[] {
    const { lesion, ai, diagnosis, recommendations, reviewDays } = row;
    return [...this.#dimensionNumbers(row), lesion, ai, diagnosis, recommendations, reviewDays];
  }

  #followUpNumbers(row: FollowUpRow): number[] {
    return [...this.#dimensionNumbers(row), row.outcome, row.followUpDays];
  }

  #dimensionNumbers(row: RowDimensions): number[] {
    return [
      row.day,
      row.previous,
      row.next,
      this.#states.place(row.state),
      this.#districts.place(row.district === "" ? "" : `${row.state}|${row.district}`),
      row.setting,
      row.sex,
      row.ageBand | (row.shownAgeBand << SHOWN_BITS),
      row.tobacco,
      row.habit,
      this.#organisations.place(row.organisation),
    ];
  }
}

class NameList {
  readonly names: string[] = [""];
  readonly #places = new Map([["", 0]]);

  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
