import { useId, useState } from "preact/hooks";
import { formatNumber } from "../number.ts";
import { kitWords } from "../words/kit-words.ts";
import { type ChartRow, type Format, scaleEnd } from "./chart-row.ts";
import { drawnText, fractionText, markedText, markText } from "./chart-text.ts";
import { Drawing } from "./drawing.tsx";
import { useMarks } from "./use-marks.ts";
import { useWidth } from "./use-width.ts";

interface BarChartProps {
  readonly label: string;
  readonly rows: readonly ChartRow[];
  readonly format: Format;
  /** Rows that are drawn before the others are asked for. Default 15. */
  readonly most?: number;
}

const ROW = 42;
const BAR = 12;
/** Below this width, numerator and denominator stand in the line below the chart alone. */
const NARROW = 400;

/**
 * Horizontal bars: name and value above, so that long names fit a phone. The longest is the largest value that is told, and no
 * ground below says that it were everybody; what is not told is a hatched band.
 */
export function BarChart({ label, rows, format, most = 15 }: BarChartProps) {
  const end = scaleEnd(rows);
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? rows : rows.slice(0, most);
  const { frame, width } = useWidth<HTMLDivElement>();
  const marks = useMarks(shown.length);
  const hatch = useId();
  const pointed = marks.at === undefined ? undefined : shown[marks.at];
  return (
    <>
      <Drawing
        label={label}
        frame={frame}
        width={width}
        height={shown.length * ROW}
        hatch={hatch}
        marks={marks}
        count={shown.length}
        readout={pointed && markText(pointed, format)}
      >
        {shown.map((row, place) => (
          <g key={row.key} class="chart-mark" {...marks.props(place, markText(row, format))}>
            <rect class="chart-mark-ground" y={place * ROW} width={width} height={ROW} />
            <Bar row={row} format={format} width={width} y={place * ROW} end={end} hatch={hatch} />
          </g>
        ))}
      </Drawing>
      {rows.length > shown.length && (
        <button type="button" class="button button-small no-print" onClick={() => setWhole(true)}>
          {kitWords().showAll(formatNumber(rows.length))}
        </button>
      )}
    </>
  );
}

interface BarProps {
  readonly row: ChartRow;
  readonly format: Format;
  readonly width: number;
  readonly y: number;
  readonly end: number;
  readonly hatch: string;
}

function Bar({ row, format, width, y, end, hatch }: BarProps) {
  const { label, value } = row;
  const length = typeof value === "number" ? (width * value) / end : width;
  const isNarrow = width < NARROW;
  const fraction = isNarrow || value === "suppressed" ? "" : fractionText(row);
  const text = isNarrow ? markedText(row, format) : drawnText(row, format);
  return (
    <>
      <text class="mark-label" x="0" y={y + 18}>
        {label}
      </text>
      <text class="mark-value" x={width} y={y + 18} text-anchor="end">
        {fraction !== "" && <tspan class="mark-soft">{`${fraction}  `}</tspan>}
        {text}
      </text>
      {value !== undefined && (
        <rect
          class={value === "suppressed" ? "hatched" : "bar"}
          y={y + 25}
          width={length}
          height={BAR}
          rx="3"
          {...(value === "suppressed" ? { fill: `url(#${hatch})` } : {})}
        />
      )}
    </>
  );
}
