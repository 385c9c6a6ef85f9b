import type { Cell } from "./cell.ts";

/** A state or a district, as reports code it. */
export interface Region {
  readonly code: string;
  /** As the programme's forms spell it. */
  readonly name: string;
}

/** Of what is counted: everything, a part by a dimension, or one of the measure's own categories in either. */
export type RowKind = "whole" | "stratum" | "category";

/** The numbers of one group, stratum or category. */
export interface IndicatorRow {
  readonly kind: RowKind;
  readonly state: Region | undefined;
  readonly district: Region | undefined;
  /** Dimension and its value; absent of the whole. */
  readonly stratifier: string | undefined;
  readonly stratum: string | undefined;
  /** Code, of a category. */
  readonly category: string | undefined;
  /** By code: `initial-population`, `denominator`, `numerator`, `score`, `90th-percentile`, and the measure's further scores. */
  readonly cells: Readonly<Record<string, Cell>>;
}

/** A report as rows: what charts, tables and files are made of. */
export interface IndicatorRows {
  /** Id of the Measure. */
  readonly measure: string;
  /** Canonical URL with version, as the report names it. */
  readonly canonical: string;
  /** First and last day that is counted. */
  readonly period: { readonly start: string; readonly end: string };
  /** Up to when the data are known: an instant. */
  readonly dataAsOf: string | undefined;
  /** Release of the aggregate tier, where the numbers are from one. */
  readonly release: string | undefined;
  readonly rows: readonly IndicatorRow[];
}

/** The row of everything that was asked for: of a report without regions, or of one region alone. */
export function wholeOf({ rows }: IndicatorRows): IndicatorRow | undefined {
  const wholes = rows.filter(({ kind }) => kind === "whole");
  return wholes.length === 1 ? wholes[0] : undefined;
}

export function strataOf({ rows }: IndicatorRows, stratifier: string): readonly IndicatorRow[] {
  return rows.filter((row) => row.kind === "stratum" && row.stratifier === stratifier);
}

/** Of the whole. */
export function categoriesOf({ rows }: IndicatorRows): readonly IndicatorRow[] {
  return rows.filter(({ kind, stratifier }) => kind === "category" && stratifier === undefined);
}

/** A row for each region. */
export function regionsOf({ rows }: IndicatorRows): readonly IndicatorRow[] {
  return rows.filter(({ kind, state }) => kind === "whole" && state !== undefined);
}
