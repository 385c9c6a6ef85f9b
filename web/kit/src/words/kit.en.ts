import { formatNumber } from "../number.ts";
import { plural } from "../plural.ts";

/** Words of the charts, the tables and the states in which a view can be. */
export const en = {
  chart: "Chart",
  table: "Table",
  definition: "Definition",
  retry: "Try again",
  loading: "Loading …",
  empty: "Nobody is counted here.",
  group: "Group",
  place: "Place",
  month: "Month",
  value: "Value",
  numerator: "Numerator",
  denominator: "Denominator",
  people: "People",
  step: "Step",
  noValue: "No value",
  suppressedReason:
    "Not told: this count, or one that could be computed from it, is of fewer than 11 people, who could be recognised.",
  suppressed: "not told",
  freshness: (when: string) => `Data as of ${when}`,
  release: (name: string) => `Release ${name}`,
  of: (numerator: string, denominator: string) => `${numerator} of ${denominator}`,
  perThousand: (rate: string) => `${rate} per 1,000`,
  daysCount: (days: number) =>
    plural(days, { one: `${formatNumber(days)} day`, other: `${formatNumber(days)} days` }),
  peopleCount: (count: number) =>
    plural(count, { one: `${formatNumber(count)} person`, other: `${formatNumber(count)} people` }),
  chartKeys: (marks: number) =>
    plural(marks, {
      one: "Chart of one mark.",
      other: `Chart of ${formatNumber(marks)} marks. Arrow keys go from one to the next, Escape leaves.`,
    }),
  ofThese: (share: string) => `of these: ${share}`,
  showAll: (count: string) => `Show all ${count}`,
  dropOff: (lost: string, share: string) => `${lost} fewer (${share})`,
};

export type KitWords = typeof en;
