import { CellTable } from "./cell-table.ts";
import type { CellTest } from "./cell-tests.ts";
import { ageBandAt, COLUMN, type Cube, type CubeChunk, type Subject } from "./cube.ts";
import { firstDayOf, monthOf } from "./indian-day.ts";
import { PUBLISHED_POPULATIONS, type PublishedPopulation, type TableDepth } from "./published-populations.ts";
import { AGE_BANDS, isEligible, NO_DAY, SETTINGS, SEXES } from "./row.ts";

/**
 * What published tables are split by; a row has places in these lists. The few whose sex is another, or not known, stand with the
 * men, and who was screened nobody knows where, with those screened in the field: by themselves they would take everybody else's
 * numbers with them.
 */
export const PUBLISHED_SEXES: readonly string[] = ["female", "male+"];
export const PUBLISHED_SETTINGS: readonly string[] = ["field", "hospital"];
const FEMALE = SEXES.indexOf("female");
const HOSPITAL = SETTINGS.indexOf("hospital");
const FIRST_ELIGIBLE = AGE_BANDS.indexOf("30-39");
export const PUBLISHED_AGE_BANDS: readonly string[] = AGE_BANDS.slice(
  FIRST_ELIGIBLE,
  AGE_BANDS.indexOf("60-65") + 1,
);

/** Persons of a frozen slice who are alike. */
export interface FrozenRow {
  /** `unknown` where it is not known. */
  readonly state: string;
  readonly district: string;
  readonly year: number;
  /** 0 is January. */
  readonly month: number;
  readonly sex: number;
  readonly ageBand: number;
  readonly setting: number;
  /** Places in the list of all published populations, every one before its parts. */
  readonly populations: readonly number[];
  /** Days to the review or the follow-up; `undefined` where there is none, or when is not known. */
  readonly days: number | undefined;
  readonly count: number;
}

/**
 * Months as published tables count them: persons of 30 to 65, each in a calendar year by the first screening (or follow-up Task)
 * alone. What tables do not tell (the day, the organisation, other screenings) is put away.
 */
export function frozenChunks(cube: Cube, months: readonly number[]): CubeChunk[] {
  const wanted = new Set(months);
  return (["screenings", "followUps"] as const).flatMap((subject) => {
    const { cells, width, size } = cube[subject];
    const byMonth = new Map([...wanted].map((month) => [month, new CellTable(width)]));
    for (let cell = 0; cell < size; cell += 1) {
      const at = cell * width;
      const count = cube[subject].count(cell);
      const month = monthOf(cells[at + COLUMN.day] ?? 0);
      const table = byMonth.get(month);
      if (table === undefined || count === 0 || !isCounted(cells, at, month)) continue;
      const row = cells.slice(at, at + width);
      row[COLUMN.day] = firstDayOf(month);
      row[COLUMN.previous] = 0;
      row[COLUMN.next] = NO_DAY;
      row[COLUMN.organisation] = 0;
      row[COLUMN.tobacco] = 0;
      row[COLUMN.ageBands] = ageBandAt(cells, at);
      table.add(row, count);
    }
    return [...byMonth].map(([month, table]) => chunkOf(subject, month, table));
  });
}

function isCounted(cells: Uint16Array, at: number, month: number): boolean {
  const yearBegins = firstDayOf(Math.floor(month / 12) * 12);
  return (cells[at + COLUMN.previous] ?? 0) < yearBegins && isEligible({ ageBand: ageBandAt(cells, at) });
}

function chunkOf(subject: Subject, month: number, table: CellTable): CubeChunk {
  const { cells, width, size } = table;
  const numbers: number[] = [];
  for (let cell = 0; cell < size; cell += 1) {
    for (let at = cell * width; at < (cell + 1) * width; at += 1) numbers.push(cells[at] ?? 0);
    numbers.push(table.count(cell) % 0x1_0000, Math.floor(table.count(cell) / 0x1_0000));
  }
  return { subject, month, numbers: Uint16Array.from(numbers) };
}

/** A published population with its place in the list of all, every one before its parts. */
interface NumberedPopulation {
  readonly place: number;
  readonly is: CellTest;
  readonly splits: readonly (readonly NumberedPopulation[])[];
}

/** Names of the published populations, every one before its parts. */
export const PUBLISHED_NAMES: readonly string[] = PUBLISHED_POPULATIONS.flatMap(namesOf);
const ROOTS = PUBLISHED_POPULATIONS.map((root) => ({ subject: root.subject, whole: numbered(root) }));

function namesOf({ name, splits = [] }: PublishedPopulation): string[] {
  return [name, ...splits.flatMap(({ parts }) => parts.flatMap(namesOf))];
}

/** In which tables each of them is counted. */
export const PUBLISHED_DEPTHS: ReadonlyMap<string, TableDepth> = new Map(
  PUBLISHED_POPULATIONS.flatMap((root) => depthsOf(root, root.depth)),
);

function depthsOf({ name, splits = [] }: PublishedPopulation, depth: TableDepth): [string, TableDepth][] {
  return [[name, depth], ...splits.flatMap((own) => own.parts.flatMap((part) => depthsOf(part, own.depth)))];
}

function numbered({ name, is, splits = [] }: PublishedPopulation): NumberedPopulation {
  return {
    place: PUBLISHED_NAMES.indexOf(name),
    is,
    splits: splits.map(({ parts }) => parts.map(numbered)),
  };
}

/** Rows of frozen months. */
export function* frozenRows(cube: Cube): Generator<FrozenRow> {
  for (const { subject, whole } of ROOTS) {
    const table = cube[subject];
    const { cells, width, size } = table;
    const dayColumn = subject === "screenings" ? COLUMN.reviewDays : COLUMN.followUpDays;
    for (let cell = 0; cell < size; cell += 1) {
      const count = table.count(cell);
      if (count > 0)
        yield rowOf(cube, whole, cells.subarray(cell * width, (cell + 1) * width), dayColumn, count);
    }
  }
}

/** `state|district` → people who are alike in everything that is published of them → how many there are. */
export function frozenSlices(cube: Cube): Map<string, Map<string, number>> {
  const slices = new Map<string, Map<string, number>>();
  for (const { subject } of ROOTS) {
    const table = cube[subject];
    const { cells, width, size } = table;
    for (let cell = 0; cell < size; cell += 1) {
      const count = table.count(cell);
      if (count === 0) continue;
      const row = cells.slice(cell * width, (cell + 1) * width);
      const { state, district } = regionOf(cube, row);
      row[COLUMN.state] = 0;
      row[COLUMN.district] = 0;
      const alike = `${subject} ${row.join()}`;
      const slice = slices.get(`${state}|${district}`) ?? new Map<string, number>();
      slices.set(`${state}|${district}`, slice.set(alike, (slice.get(alike) ?? 0) + count));
    }
  }
  return slices;
}

function regionOf({ names }: Cube, cell: Uint16Array): { readonly state: string; readonly district: string } {
  return {
    state: named(names.states[cell[COLUMN.state] ?? 0]),
    district: named(names.districts[cell[COLUMN.district] ?? 0]?.split("|")[1]),
  };
}

function rowOf(
  cube: Cube,
  whole: NumberedPopulation,
  cell: Uint16Array,
  dayColumn: number,
  count: number,
): FrozenRow {
  const own = (column: number) => cell[column] ?? 0;
  const month = monthOf(own(COLUMN.day));
  const days = own(dayColumn);
  const populations: number[] = [];
  join(populations, whole, cell);
  return {
    ...regionOf(cube, cell),
    year: 1970 + Math.floor(month / 12),
    month: month % 12,
    sex: own(COLUMN.sex) === FEMALE ? 0 : 1,
    ageBand: ageBandAt(cell, 0) - FIRST_ELIGIBLE,
    setting: own(COLUMN.setting) === HOSPITAL ? 1 : 0,
    populations,
    days: days === NO_DAY ? undefined : days,
    count,
  };
}

const named = (name = "") => (name === "" ? "unknown" : name);

/** The population and those of its parts, however deep, that a cell is among. */
function join(found: number[], { place, splits }: NumberedPopulation, cell: Uint16Array): void {
  found.push(place);
  for (const parts of splits) for (const part of parts) if (part.is(cell, 0)) join(found, part, cell);
}
