import { isWidgetMeasure, WIDGET_MEASURES, type WidgetMeasure, type WidgetName } from "@aarohan/kit";
import { isOrigin } from "../settings/programme-settings.ts";

/** What is to be embedded, as the address says it. */
export interface EmbedChoice {
  readonly widget: WidgetName;
  readonly measure: WidgetMeasure;
  /** `state` or `state|district`; "" for everywhere. */
  readonly region: string;
  /** A year or a month; "" for the last year that is over. */
  readonly period: string;
  readonly isPrivate: boolean;
  /** Of the page that is to show it; "" until it is typed. */
  readonly origin: string;
}

export const WIDGET_NAMES: readonly WidgetName[] = ["coverage", "detection", "referrals", "follow-up"];

export function readChoice(query: URLSearchParams): EmbedChoice {
  const text = (name: string) => query.get(name)?.trim() ?? "";
  const widget = WIDGET_NAMES.find((name) => name === text("widget")) ?? "coverage";
  const measure = text("measure");
  const period = text("period");
  return {
    widget,
    measure: isWidgetMeasure(widget, measure) ? measure : WIDGET_MEASURES[widget][0],
    region: text("region"),
    period: /^\d{4}(?:-(?:0[1-9]|1[0-2]))?$/.test(period) ? period : "",
    isPrivate: text("access") === "private",
    origin: text("origin"),
  };
}

/** Whether a page may have it: exactly as browsers write it. */
export function isPageOrigin(origin: string): boolean {
  return origin !== "*" && isOrigin(origin);
}

/** Attributes of the element, and of the frame's address; what is the default is left out. */
export function attributesOf({ measure, region, period }: EmbedChoice): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries({ measure, region, period }).filter(([, value]) => value !== ""));
}
