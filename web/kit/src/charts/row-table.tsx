import { kitWords } from "../words/kit-words.ts";
import type { ChartRow, Format } from "./chart-row.ts";
import { countText, drawnText } from "./chart-text.ts";

interface RowTableProps {
  readonly caption: string;
  /** What a row is: a district, a month. */
  readonly head: string;
  readonly rows: readonly ChartRow[];
  readonly format: Format;
}

/** The rows of a chart as a table. */
export function RowTable({ caption, head, rows, format }: RowTableProps) {
  const words = kitWords();
  const hasDenominator = rows.some(({ denominator }) => denominator !== undefined);
  // Without a denominator the value is the count itself.
  const hasNumerator = hasDenominator && rows.some(({ numerator }) => numerator !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="table-frame" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col" class="number">
              {words.value}
            </th>
            {hasNumerator && (
              <th scope="col" class="number">
                {words.numerator}
              </th>
            )}
            {hasDenominator && (
              <th scope="col" class="number">
                {words.denominator}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.label}</th>
              <td class="number">{told(drawnText(row, format))}</td>
              {hasNumerator && <td class="number">{told(countText(row.numerator))}</td>}
              {hasDenominator && <td class="number">{told(countText(row.denominator))}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function told(text: string) {
  if (text !== kitWords().suppressed) return text;
  return <abbr title={kitWords().suppressedReason}>{text}</abbr>;
}
