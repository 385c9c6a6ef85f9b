import {
  type ChartRow,
  type Format,
  formatInstant,
  type IndicatorRows,
  isSmallRow,
  kitWords,
  RowTable,
  rowsCsv,
  SuppressedNote,
} from "@aarohan/kit";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { saveText } from "../pieces/save-text.ts";
import { session } from "../session/session.ts";
import { SnippetPanel } from "../snippets/snippet-panel.tsx";
import { csvSnippets } from "../snippets/snippets.ts";
import { measureHref, type ReportQuery, reportPath } from "./report-query.ts";
import { ServerRows } from "./server-rows.tsx";
import { isTable, showTable } from "./view.ts";
import { indicatorWords } from "./words.ts";

interface FigureProps {
  /** Names it in the address. */
  readonly id: string;
  readonly title: string;
  readonly note?: string | undefined;
  /** What a row is. */
  readonly head: string;
  readonly rows: readonly ChartRow[];
  readonly format: Format;
  /** What the rows are made of, and the query that gives just these. */
  readonly reports: readonly IndicatorRows[];
  readonly query: ReportQuery;
  /** Another table than that of the rows. */
  readonly table?: ComponentChildren;
  /** The chart. */
  readonly children: ComponentChildren;
}

/** A chart or the table of its rows, with where they are defined, how fresh they are and how they are had elsewhere. */
export function Figure({
  id,
  title,
  note,
  head,
  rows,
  format,
  reports,
  query,
  table,
  children,
}: FigureProps) {
  const words = kitWords();
  const heading = useId();
  const isEmpty = rows.every(({ value }) => value === undefined || value === 0);
  // Of what is not told, a table alone says what it is of.
  const hasSmall = isTable(id)
    ? rows.some(({ numerator, denominator }) => numerator?.isSmall || denominator?.isSmall)
    : rows.some(isSmallRow);
  return (
    <figure class="card indicator-figure" aria-labelledby={heading}>
      <div class="cluster figure-head">
        <h2 id={heading}>{title}</h2>
        <ViewChoice id={id} title={title} />
      </div>
      {isEmpty ? (
        <p class="empty-state">
          {words.empty} {indicatorWords().emptyHint}
        </p>
      ) : isTable(id) ? (
        (table ?? <RowTable caption={title} head={head} rows={rows} format={format} />)
      ) : (
        children
      )}
      <SuppressedNote values={rows.map(({ value }) => value)} />
      {hasSmall && <p class="hint">{`* ${indicatorWords().smallCell}`}</p>}
      {note !== undefined && <p class="hint">{note}</p>}
      <Sources id={id} title={title} reports={reports} query={query} />
    </figure>
  );
}

function ViewChoice({ id, title }: { readonly id: string; readonly title: string }) {
  const words = kitWords();
  const asTable = isTable(id);
  return (
    <fieldset class="view-choice no-print">
      <legend class="visually-hidden">{`${indicatorWords().showAs}: ${title}`}</legend>
      {([false, true] as const).map((one) => (
        <label key={String(one)} class="choice">
          <input
            type="radio"
            name={`view-${id}`}
            checked={one === asTable}
            onChange={() => showTable(id, one)}
          />
          {one ? words.table : words.chart}
        </label>
      ))}
    </fieldset>
  );
}

type SourcesProps = Pick<FigureProps, "id" | "title" | "reports" | "query">;

/** File, server's address, code and definitions: all of the same rows. */
function Sources({ id, title, reports, query }: SourcesProps) {
  const words = kitWords();
  const csvPath = reportPath(query, "csv");
  const [first] = reports;
  return (
    <figcaption class="small soft">
      {first?.dataAsOf !== undefined && <span>{words.freshness(formatInstant(first.dataAsOf))}</span>}
      {first?.release !== undefined && <span>{words.release(first.release)}</span>}
      {reports.length === 1 && first !== undefined && (
        <a href={measureHref(first.measure)}>
          {words.definition}
          <span class="visually-hidden">{`: ${title}`}</span>
        </a>
      )}
      <button
        type="button"
        class="link-button no-print"
        onClick={() => saveText(`${id}.csv`, "text/csv", rowsCsv(reports))}
      >
        {indicatorWords().csv}
        <span class="visually-hidden">{`: ${title}`}</span>
      </button>
      <ServerRows path={csvPath} name={`${id}.csv`} title={title} />
      <SnippetPanel
        of={title}
        snippets={csvSnippets({ url: `${location.origin}${csvPath}`, role: session.named.value })}
      />
    </figcaption>
  );
}
