import type { MeasureId } from "./measure-id.ts";

/** Measures that each widget can show; the first where none is named. */
export const WIDGET_MEASURES = {
  coverage: ["screening-coverage"],
  detection: [
    "suspicious-rate",
    "lesion-positivity",
    "ai-positivity",
    "high-risk-rate",
    "provisional-scc-rate",
  ],
  referrals: ["referral-rate", "review-completion"],
  "follow-up": ["follow-up-completion", "follow-up-outcome", "time-to-follow-up"],
} as const satisfies Readonly<Record<string, readonly [MeasureId, ...MeasureId[]]>>;

export type WidgetName = keyof typeof WIDGET_MEASURES;

/** Ids of all Measures that some widget shows. */
export type WidgetMeasure = (typeof WIDGET_MEASURES)[WidgetName][number];

/** Whether the widget shows that Measure. */
export function isWidgetMeasure(widget: WidgetName, measure: string): measure is WidgetMeasure {
  return WIDGET_MEASURES[widget].some((one) => one === measure);
}
