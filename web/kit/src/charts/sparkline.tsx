import { type ChartRow, scaleEnd } from "./chart-row.ts";
import { linePath } from "./line-path.ts";

const WIDTH = 120;
const HEIGHT = 32;
const EDGE = 4;

/** A line the size of a word: the trend of a headline number, whose words stand beside it. Of mostly gaps, nothing. */
export function Sparkline({ rows }: { readonly rows: readonly ChartRow[] }) {
  const told = rows.filter(({ value }) => typeof value === "number").length;
  if (told * 2 < rows.length) return null;
  const end = scaleEnd(rows);
  const x = (place: number) => EDGE + ((WIDTH - 2 * EDGE) * place) / Math.max(1, rows.length - 1);
  const y = (value: number) => EDGE + (HEIGHT - 2 * EDGE) * (1 - value / end);
  const last = rows.findLastIndex(({ value }) => typeof value === "number");
  const value = rows[last]?.value;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      <path class="line" d={linePath(rows, x, y)} />
      {typeof value === "number" && <circle class="point" cx={x(last)} cy={y(value)} r="3" />}
    </svg>
  );
}
