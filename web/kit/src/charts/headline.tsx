import { kitWords } from "../words/kit-words.ts";
import type { ChartRow, Format } from "./chart-row.ts";
import { drawnText, fractionText } from "./chart-text.ts";
import { Sparkline } from "./sparkline.tsx";

interface HeadlineProps {
  readonly row: ChartRow;
  readonly format: Format;
  /** By month. Default: none is drawn. */
  readonly trend?: readonly ChartRow[];
  /** Of the definition. */
  readonly href: string;
  /** What must be said with the number. */
  readonly note?: string;
}

/** One number large, with what it is of, its way over time and where it is defined. */
export function Headline({ row, format, trend = [], href, note }: HeadlineProps) {
  const words = kitWords();
  const fraction = row.value === "suppressed" ? words.suppressedReason : fractionText(row);
  return (
    <section class="card headline" aria-label={row.label}>
      <h2>{row.label}</h2>
      <p class={row.value === "suppressed" ? "figure figure-suppressed" : "figure"}>
        {drawnText(row, format)}
      </p>
      {fraction !== "" && <p class="small soft">{fraction}</p>}
      {trend.length > 1 && <Sparkline rows={trend} />}
      {note !== undefined && <p class="small soft">{note}</p>}
      <a class="small" href={href}>
        {words.definition}
        <span class="visually-hidden">{`: ${row.label}`}</span>
      </a>
    </section>
  );
}
