import { BENIGN, DIAGNOSES, NON_DIAGNOSTIC, NORMAL, OUTCOMES } from "./codes.ts";
import { COLUMN } from "./cube.ts";
import { NO_DAY } from "./row.ts";

/** Looks at the cell whose numbers begin at a place. */
export type CellTest = (cells: Uint16Array, at: number) => boolean;

export const everybody: CellTest = () => true;
export const is =
  (column: number, value: number): CellTest =>
  (cells, at) =>
    cells[at + column] === value;
export const answered =
  (column: number): CellTest =>
  (cells, at) =>
    cells[at + column] !== 0;
export const hasDays =
  (column: number): CellTest =>
  (cells, at) =>
    cells[at + column] !== NO_DAY;
export const recommends =
  (bits: number): CellTest =>
  (cells, at) =>
    ((cells[at + COLUMN.recommendations] ?? 0) & bits) !== 0;
export const both =
  (one: CellTest, other: CellTest): CellTest =>
  (cells, at) =>
    one(cells, at) && other(cells, at);
export const not =
  (test: CellTest): CellTest =>
  (cells, at) =>
    !test(cells, at);

/** 1 is a review without a known diagnosis: the first diagnosis is 2. */
const places = (codes: readonly string[]) => new Set(codes.map((code) => 2 + DIAGNOSES.indexOf(code)));
export const diagnosed = (codes: readonly string[]): CellTest => {
  const wanted = places(codes);
  return (cells, at) => wanted.has(cells[at + COLUMN.diagnosis] ?? 0);
};

export const isReviewed = answered(COLUMN.diagnosis);
export const isClassified: CellTest = both(
  (cells, at) => (cells[at + COLUMN.diagnosis] ?? 0) >= 2,
  not(diagnosed([NON_DIAGNOSTIC])),
);
/** Everything but normal and benign: homogenous leukoplakia and oral submucous fibrosis are suspicious. */
export const isSuspicious = both(isClassified, not(diagnosed([NORMAL, BENIGN])));
export const isAiSuspicious = is(COLUMN.ai, 2);
export const URGENT = 1;
export const INVESTIGATION = 2;
export const RETAKE = 4;
export const DONE = 1 + OUTCOMES.indexOf("FOLLOWUP_DONE");
export const within =
  (days: number): CellTest =>
  (cells, at) =>
    cells[at + COLUMN.outcome] === DONE && (cells[at + COLUMN.followUpDays] ?? NO_DAY) <= days;
