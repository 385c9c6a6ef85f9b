import { formatNumber } from "../number.ts";
import { plural } from "../plural.ts";
import type { KitWords } from "./kit.en.ts";

export const kn: KitWords = {
  chart: "ಚಾರ್ಟ್",
  table: "ಕೋಷ್ಟಕ",
  definition: "ವ್ಯಾಖ್ಯೆ",
  retry: "ಮತ್ತೆ ಪ್ರಯತ್ನಿಸಿ",
  loading: "ಲೋಡ್ ಆಗುತ್ತಿದೆ …",
  empty: "ಇಲ್ಲಿ ಯಾರನ್ನೂ ಎಣಿಸಿಲ್ಲ.",
  group: "ಗುಂಪು",
  place: "ಸ್ಥಳ",
  month: "ತಿಂಗಳು",
  value: "ಮೌಲ್ಯ",
  numerator: "ಅಂಶ",
  denominator: "ಛೇದ",
  people: "ಜನರು",
  step: "ಹಂತ",
  noValue: "ಮೌಲ್ಯ ಇಲ್ಲ",
  suppressedReason: "ತಿಳಿಸಿಲ್ಲ: ಈ ಎಣಿಕೆ, ಅಥವಾ ಇದರಿಂದ ಲೆಕ್ಕಹಾಕಬಹುದಾದ ಎಣಿಕೆ, 11ಕ್ಕಿಂತ ಕಡಿಮೆ ಜನರದ್ದು; ಅವರನ್ನು ಗುರುತಿಸಬಹುದು.",
  suppressed: "ತಿಳಿಸಿಲ್ಲ",
  freshness: (when) => `${when} ವರೆಗಿನ ದತ್ತಾಂಶ`,
  release: (name) => `ಬಿಡುಗಡೆ ${name}`,
  of: (numerator, denominator) => `${denominator} ರಲ್ಲಿ ${numerator}`,
  perThousand: (rate) => `1,000ಕ್ಕೆ ${rate}`,
  daysCount: (days) =>
    plural(days, { one: `${formatNumber(days)} ದಿನ`, other: `${formatNumber(days)} ದಿನಗಳು` }),
  peopleCount: (count) =>
    plural(count, { one: `${formatNumber(count)} ವ್ಯಕ್ತಿ`, other: `${formatNumber(count)} ಜನರು` }),
  chartKeys: (marks) =>
    plural(marks, {
      one: `${formatNumber(marks)} ಗುರುತಿನ ಚಾರ್ಟ್.`,
      other: `${formatNumber(marks)} ಗುರುತುಗಳ ಚಾರ್ಟ್. ಬಾಣದ ಕೀಲಿಗಳು ಒಂದರಿಂದ ಮತ್ತೊಂದಕ್ಕೆ, Escape ಹೊರಗೆ.`,
    }),
  ofThese: (share) => `ಇವರಲ್ಲಿ: ${share}`,
  showAll: (count) => `ಎಲ್ಲ ${count} ತೋರಿಸಿ`,
  dropOff: (lost, share) => `${lost} ಕಡಿಮೆ (${share})`,
};
