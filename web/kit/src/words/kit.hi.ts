import { formatNumber } from "../number.ts";
import { plural } from "../plural.ts";
import type { KitWords } from "./kit.en.ts";

export const hi: KitWords = {
  chart: "चार्ट",
  table: "तालिका",
  definition: "परिभाषा",
  retry: "फिर कोशिश करें",
  loading: "लोड हो रहा है …",
  empty: "यहाँ कोई गिना नहीं गया है।",
  group: "समूह",
  place: "स्थान",
  month: "महीना",
  value: "मान",
  numerator: "अंश",
  denominator: "हर",
  people: "लोग",
  step: "चरण",
  noValue: "कोई मान नहीं",
  suppressedReason:
    "नहीं बताया गया: यह गिनती, या इससे निकाली जा सकने वाली कोई गिनती, 11 से कम लोगों की है, जिन्हें पहचाना जा सकता है।",
  suppressed: "नहीं बताया गया",
  freshness: (when) => `आँकड़े ${when} तक के`,
  release: (name) => `प्रकाशन ${name}`,
  of: (numerator, denominator) => `${denominator} में से ${numerator}`,
  perThousand: (rate) => `${rate} प्रति 1,000`,
  daysCount: (days) => plural(days, { other: `${formatNumber(days)} दिन` }),
  peopleCount: (count) =>
    plural(count, { one: `${formatNumber(count)} व्यक्ति`, other: `${formatNumber(count)} लोग` }),
  chartKeys: (marks) =>
    plural(marks, {
      one: `${formatNumber(marks)} चिह्न का चार्ट।`,
      other: `${formatNumber(marks)} चिह्नों का चार्ट। तीर कुंजियाँ एक से दूसरे पर ले जाती हैं, Escape बाहर।`,
    }),
  ofThese: (share) => `इनमें से: ${share}`,
  showAll: (count) => `सभी ${count} दिखाएँ`,
  dropOff: (lost, share) => `${lost} कम (${share})`,
};
