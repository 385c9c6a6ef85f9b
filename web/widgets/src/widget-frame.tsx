import {
  formatDay,
  formatInstant,
  formatMonth,
  type IndicatorRow,
  type IndicatorRows,
  kitWords,
  measureWords,
  placeName,
  spokenLanguage,
  useOwnLanguage,
  wholeOf,
} from "@aarohan/kit";
import { useId, useState } from "preact/hooks";
import type { WidgetReports, WidgetState } from "./create-widget.ts";
import type { WidgetQuestion } from "./widget-question.ts";
import type { WidgetView } from "./widget-view.ts";
import { widgetWords } from "./words.ts";

interface WidgetFrameProps {
  readonly view: WidgetView;
  readonly question: WidgetQuestion | undefined;
  readonly state: WidgetState;
  readonly onRetry: () => void;
}

/** What every widget has around its figure: what it is of, chart or table, why there is none, how fresh it is and what it means. */
export function WidgetFrame({ view, question, state, onRetry }: WidgetFrameProps) {
  useOwnLanguage();
  const [isTable, setTable] = useState(false);
  const heading = useId();
  const told = state.kind === "told" ? state : undefined;
  const first = told?.reports[view.cuts[0]];
  return (
    <section class="widget" lang={spokenLanguage()} aria-labelledby={heading}>
      <header class="widget-head">
        <div>
          <h2 id={heading}>{titleOf(question)}</h2>
          <p class="small soft">
            {first === undefined ? "\u00a0" : subtitleOf(question, told?.reports, first)}
          </p>
        </div>
        {first !== undefined && (
          <button
            type="button"
            class="button button-small no-print"
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          >
            {isTable ? kitWords().chart : kitWords().table}
          </button>
        )}
      </header>
      <div class="widget-body" aria-busy={state.kind === "loading"}>
        {told !== undefined && question !== undefined && first !== undefined ? (
          <Told view={view} question={question} reports={told.reports} isTable={isTable} />
        ) : (
          <Untold state={state} onRetry={onRetry} />
        )}
      </div>
      {question !== undefined && first !== undefined && (
        <Foot question={question} report={first} isOffline={told?.isOffline === true} />
      )}
    </section>
  );
}

function titleOf(question: WidgetQuestion | undefined): string {
  return question === undefined ? measureWords().programme : measureWords().measures[question.measure];
}

/** Where and when. */
function subtitleOf(
  question: WidgetQuestion | undefined,
  reports: WidgetReports | undefined,
  report: IndicatorRows,
): string {
  const whole = reports?.whole === undefined ? undefined : wholeOf(reports.whole);
  const place =
    question?.region === "" ? measureWords().everywhere : regionName(whole, question?.region ?? "");
  return `${place} · ${periodName(report.period)}`;
}

function regionName(whole: IndicatorRow | undefined, region: string): string {
  return whole === undefined ? region.split("|").reverse().join(", ") : placeName(whole, true);
}

function periodName({ start, end }: IndicatorRows["period"]): string {
  if (start.endsWith("-01-01") && end === `${start.slice(0, 4)}-12-31`) return start.slice(0, 4);
  if (start.slice(0, 7) === end.slice(0, 7)) return formatMonth(start.slice(0, 7));
  return `${formatDay(start)} – ${formatDay(end)}`;
}

interface ToldProps {
  readonly view: WidgetView;
  readonly question: WidgetQuestion;
  readonly reports: WidgetReports;
  readonly isTable: boolean;
}

function Told({ view: { View }, question, reports, isTable }: ToldProps) {
  const words = kitWords();
  if (isNobody(reports)) {
    return (
      <div class="widget-trouble">
        <p>{words.empty}</p>
      </div>
    );
  }
  return (
    <>
      <View question={question} reports={reports} isTable={isTable} />
      {question.measure === "provisional-scc-rate" && <p class="hint">{measureWords().provisional}</p>}
    </>
  );
}

function cellsOf(reports: WidgetReports) {
  return Object.values(reports).flatMap(({ rows }) => rows.flatMap(({ cells }) => Object.values(cells)));
}

/** What is not told is of somebody. */
function isNobody(reports: WidgetReports): boolean {
  return cellsOf(reports).every(({ value }) => value === 0);
}

function Untold({ state, onRetry }: { readonly state: WidgetState; readonly onRetry: () => void }) {
  const words = widgetWords();
  if (state.kind === "loading" || state.kind === "told") {
    return (
      <div class="waiting-block" role="status">
        <span class="visually-hidden">{kitWords().loading}</span>
      </div>
    );
  }
  const { title, hint } = words.troubles[state.kind];
  return (
    <div class="widget-trouble" role="status">
      <p>
        <strong>{title}</strong>
      </p>
      <p class="small soft">{hint}</p>
      {state.kind !== "no-measure" && (
        <button type="button" class="button button-small no-print" onClick={onRetry}>
          {kitWords().retry}
        </button>
      )}
    </div>
  );
}

interface FootProps {
  readonly question: WidgetQuestion;
  readonly report: IndicatorRows;
  readonly isOffline: boolean;
}

function Foot({ question: { gateway, measure }, report, isOffline }: FootProps) {
  const words = kitWords();
  return (
    <footer class="widget-foot">
      {isOffline && <strong role="status">{widgetWords().notFresh}</strong>}
      {report.dataAsOf !== undefined && <span>{words.freshness(formatInstant(report.dataAsOf))}</span>}
      {report.release !== undefined && <span>{words.release(report.release)}</span>}
      <span>{measureWords().programme}</span>
      <details>
        <summary>{words.definition}</summary>
        <p>{widgetWords().definitions[measure]}</p>
        <p>
          <a href={`${gateway}/fhir/Measure/${measure}`} target="_blank" rel="noopener">
            {report.canonical}
          </a>
          {` (${widgetWords().withAccount})`}
        </p>
      </details>
    </footer>
  );
}
