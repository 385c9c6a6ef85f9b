import type { Widget } from "@aarohan/contract";
import type { ComponentType } from "preact";
import type { WidgetReports } from "./create-widget.ts";
import type { Cut, WidgetQuestion } from "./widget-question.ts";

/** A widget's reports, and what was asked. */
export interface ViewProps {
  readonly question: WidgetQuestion;
  readonly reports: WidgetReports;
  readonly isTable: boolean;
}

export interface WidgetView {
  readonly widget: Widget;
  /** Reports that it needs, in the order in which they are asked for. */
  readonly cuts: readonly [Cut, ...Cut[]];
  readonly View: ComponentType<ViewProps>;
}
