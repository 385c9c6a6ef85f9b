import type { Widget } from "@aarohan/contract";
import { isWidgetMeasure, WIDGET_MEASURES, type WidgetMeasure } from "@aarohan/kit";

/** What a widget is to show, as its attributes say it. */
export interface WidgetQuestion {
  readonly widget: Widget;
  /** Origin of the gateway. */
  readonly gateway: string;
  readonly measure: WidgetMeasure;
  /** `state` or `state|district`; "" for everywhere. */
  readonly region: string;
  /** A year or a month that has been released; "" for the last year that is over. */
  readonly period: string;
  /** Name of the tenant; "" for the default one. */
  readonly tenant: string;
}

/** One number of everything that is asked for, or one for each place in it. */
export type Cut = "whole" | "places";

/** Attributes → question; `undefined` where the widget has no such Measure. */
export function readQuestion(
  widget: Widget,
  gateway: string,
  attribute: (name: string) => string,
): WidgetQuestion | undefined {
  const measure = attribute("measure") || WIDGET_MEASURES[widget][0];
  if (!isWidgetMeasure(widget, measure)) return undefined;
  return {
    widget,
    gateway,
    measure,
    region: attribute("region"),
    period: attribute("period"),
    tenant: attribute("tenant"),
  };
}

/** Where the gateway answers it. A token is never part of it. */
export function reportAddress(question: WidgetQuestion, cut: Cut): string {
  const { widget, gateway, measure, region, period, tenant } = question;
  const parameters = new URLSearchParams({ measure });
  for (const [name, value] of Object.entries({ region, period, tenant })) {
    if (value !== "") parameters.set(name, value);
  }
  parameters.set("group", cut === "whole" ? wholeGroup(region) : placeGroup(region));
  return `${gateway}/embed/reports/${widget}?${parameters}`;
}

function wholeGroup(region: string): string {
  if (region === "") return "none";
  return region.includes("|") ? "district" : "state";
}

function placeGroup(region: string): string {
  return region === "" ? "state" : "district";
}
