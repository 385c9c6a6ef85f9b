import { formatNumber } from "../number.ts";
import { plural } from "../plural.ts";

/** Words of the charts, the tables and the states in which a view can be. */
export const en = {
  chart: "Chart",
  table: "Table",
  csv: "Rows as CSV",
  csvLink: "The same rows from the server",
  code: "Code",
  showAs: "Show as",
  definition: "Definition",
  copy: "Copy",
  copied: "Copied",
  retry: "Try again",
  close: "Close",
  cancel: "Cancel",
  loading: "Loading …",
  updating: "Updating …",
  empty: "Nobody is counted here.",
  emptyHint: "Choose a longer period, or fewer filters.",
  offline: "There is no connection.",
  offlineHint: "What is shown is from the last answer. It is asked for again when the connection is back.",
  failed: "The gateway did not answer as it should.",
  wait: "The numbers are being counted. This page asks again by itself.",
  refused: "These numbers are not for this role.",
  period: "Period",
  group: "Group",
  place: "Place",
  month: "Month",
  value: "Value",
  numerator: "Numerator",
  denominator: "Denominator",
  people: "People",
  step: "Step",
  lost: "On the way from the step before",
  share: "Share",
  days: "Days",
  unknown: "Not known",
  noValue: "No value",
  total: "All",
  less: "less",
  more: "more",
  suppressedReason:
    "Not told: this count, or one that could be computed from it, is of fewer than 11 people, who could be recognised.",
  suppressed: "not told",
  smallCell: "Small count: fewer than 11 people. Who publishes it answers for it.",
  smallShort: "small",
  freshness: (when: string) => `Data as of ${when}`,
  release: (name: string) => `Release ${name}`,
  of: (numerator: string, denominator: string) => `${numerator} of ${denominator}`,
  below: (limit: number) => `fewer than ${formatNumber(limit)}`,
  daysCount: (days: number) =>
    plural(days, { one: `${formatNumber(days)} day`, other: `${formatNumber(days)} days` }),
  peopleCount: (count: number) =>
    plural(count, { one: `${formatNumber(count)} person`, other: `${formatNumber(count)} people` }),
  perThousand: (value: string) => `${value} per 1,000`,
  percentagePoints: (change: string) => `${change} points`,
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
