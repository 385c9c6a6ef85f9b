import { useId } from "preact/hooks";
import { type ChartRow, type Format, niceTicks, type ScaleFormat, scaleEnd } from "./chart-row.ts";
import { isSmallRow, markText } from "./chart-text.ts";
import { Drawing } from "./drawing.tsx";
import { linePath } from "./line-path.ts";
import { useMarks } from "./use-marks.ts";
import { useWidth } from "./use-width.ts";

interface LineChartProps {
  readonly label: string;
  /** In the order of time. */
  readonly rows: readonly ChartRow[];
  readonly format: Format;
  /** The same at the axis, where there is room for little. Default: `format`. */
  readonly tick?: ScaleFormat;
  /** Words below the axis, shorter than a row's label. */
  readonly axis: (row: ChartRow) => string;
}

const HEIGHT = 220;
const LEFT = 56;
const RIGHT = 14;
const TOP = 14;
const BOTTOM = 30;
/** Room of a label below the axis. */
const LABEL_WIDTH = 58;

/** Time as a line from 0; a month that is not told is a hatched band, and a gap of the line. */
export function LineChart({ label, rows, format, tick = format, axis }: LineChartProps) {
  const { frame, width } = useWidth<HTMLDivElement>();
  const marks = useMarks(rows.length);
  const hatch = useId();
  const ticks = niceTicks(scaleEnd(rows), 4);
  const end = ticks.at(-1) ?? 1;
  const rise = end / (ticks.length - 1);
  const step = (width - LEFT - RIGHT) / Math.max(1, rows.length);
  const x = (place: number) => LEFT + step * (place + 0.5);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / end);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / step));
  const pointed = marks.at === undefined ? undefined : rows[marks.at];
  return (
    <Drawing
      label={label}
      frame={frame}
      width={width}
      height={HEIGHT}
      hatch={hatch}
      marks={marks}
      count={rows.length}
      readout={pointed && markText(pointed, format)}
    >
      {ticks.map((value) => (
        <g key={value}>
          <line class="rule" x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
          <text class="axis" x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {tick(value, rise)}
          </text>
        </g>
      ))}
      <path class="line" d={linePath(rows, x, y)} />
      {rows.map((row, place) => (
        <g key={row.key} class="chart-mark" {...marks.props(place, markText(row, format))}>
          <rect
            class="chart-mark-ground"
            x={x(place) - step / 2}
            y={TOP}
            width={step}
            height={HEIGHT - TOP}
          />
          <Point row={row} x={x(place)} y={y} step={step} hatch={hatch} />
          {place % every === 0 && (
            <text class="axis" x={x(place)} y={HEIGHT - 8} text-anchor="middle">
              {axis(row)}
            </text>
          )}
        </g>
      ))}
    </Drawing>
  );
}

interface PointProps {
  readonly row: ChartRow;
  readonly x: number;
  readonly y: (value: number) => number;
  readonly step: number;
  readonly hatch: string;
}

function Point({ row, x, y, step, hatch }: PointProps) {
  const { value } = row;
  if (value === undefined) return null;
  if (value !== "suppressed") {
    return (
      <>
        <circle class="point" cx={x} cy={y(value)} r="4" />
        {isSmallRow(row) && (
          <text class="axis" x={x + 6} y={y(value) - 4}>
            *
          </text>
        )}
      </>
    );
  }
  const width = Math.min(step * 0.8, 34);
  return (
    <rect
      class="hatched"
      x={x - width / 2}
      y={TOP}
      width={width}
      height={HEIGHT - TOP - BOTTOM}
      fill={`url(#${hatch})`}
    />
  );
}
