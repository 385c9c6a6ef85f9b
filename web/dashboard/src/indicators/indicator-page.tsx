import { watchDistrictNames } from "@aarohan/kit";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import "@aarohan/kit/charts.css";
import "./indicators.css";
import { FilterBar } from "./filter-bar.tsx";
import { periodText } from "./period-text.ts";
import { TitlePage } from "./title-page.tsx";
import { filters } from "./view.ts";
import { WaitingSaid } from "./waiting.tsx";
import { indicatorWords } from "./words.ts";

interface IndicatorPageProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ComponentChildren;
}

/** What all pages of numbers have: a title page on paper, the filters, and the period in words. */
export function IndicatorPage({ title, lead, children }: IndicatorPageProps) {
  useEffect(watchDistrictNames, []);
  return (
    <>
      <TitlePage title={title} />
      <h1>{title}</h1>
      <p class="lead">{`${lead} ${indicatorWords().numbersOf(periodText(filters.value.period))}.`}</p>
      <FilterBar />
      <WaitingSaid />
      {children}
    </>
  );
}
