import { useId } from "preact/hooks";
import { formatNumber, formatPercent } from "../number.ts";
import { type Cell, computed, type Shown, toldOf } from "../rows/cell.ts";
import { kitWords } from "../words/kit-words.ts";
import { type ChartRow, scaleEnd } from "./chart-row.ts";
import { countText, markText } from "./chart-text.ts";
import { Drawing } from "./drawing.tsx";
import { useMarks } from "./use-marks.ts";
import { useWidth } from "./use-width.ts";

/** A step of a path that people go, and how many have come so far. */
export interface FunnelStep {
  readonly key: string;
  readonly label: string;
  readonly count: Cell | undefined;
  /** Not everybody is to come this far: who does not is not lost. */
  readonly isChoice?: true;
  /** Where others are counted than in the step before, who they are: between the two, nobody is lost. */
  readonly cohort?: string;
}

const STEP = 76;
const BAR = 26;
/** More room above a step of another cohort. */
const BREAK = 22;

/** How many are lost from one step to the next; `undefined` where the next is no part of it. */
export function lossOf(before: FunnelStep | undefined, { count, cohort }: FunnelStep): Shown | undefined {
  if (cohort !== undefined) return undefined;
  const lost = computed(before?.count?.value, count?.value, (one, other) => one - other);
  return typeof lost === "number" && lost < 0 ? undefined : lost;
}

/** Words for a loss: how many, and of how many; of a choice, how many are chosen. "" where there is nothing to tell. */
export function lossText(before: FunnelStep | undefined, step: FunnelStep): string {
  const lost = toldOf(lossOf(before, step));
  const base = toldOf(before?.count?.value);
  if (lost === undefined || base === undefined || base === 0) return "";
  if (step.isChoice === true) return kitWords().ofThese(formatPercent((base - lost) / base));
  if (lost === 0) return "";
  return kitWords().dropOff(formatNumber(lost), formatPercent(lost / base));
}

/** Steps below each other, each with what was lost on the way to it; a broken line where others are counted. */
export function Funnel({ label, steps }: { readonly label: string; readonly steps: readonly FunnelStep[] }) {
  const { frame, width } = useWidth<HTMLDivElement>();
  const marks = useMarks(steps.length);
  const hatch = useId();
  const rows = steps.map(rowOf);
  const end = scaleEnd(rows);
  const words = steps.map((step, place) => {
    const own = markText(rowOf(step), (count) => formatNumber(count));
    const further = step.cohort ?? lossText(steps[place - 1], step);
    return further === "" ? own : `${own}. ${further}`;
  });
  const breaks = (until: number) => steps.slice(0, until).filter(({ cohort }) => cohort !== undefined).length;
  return (
    <Drawing
      label={label}
      frame={frame}
      width={width}
      height={steps.length * STEP - (STEP - BAR - 30) + BREAK * breaks(steps.length)}
      hatch={hatch}
      marks={marks}
      count={steps.length}
      readout={marks.at === undefined ? undefined : words[marks.at]}
    >
      {steps.map((step, place) => {
        const y = place * STEP + BREAK * breaks(place + 1);
        return (
          <g key={step.key}>
            {step.cohort !== undefined && <Cohort text={step.cohort} y={y} width={width} />}
            <g class="chart-mark" {...marks.props(place, words[place] ?? "")}>
              <Level
                step={step}
                loss={lossText(steps[place - 1], step)}
                y={y}
                width={width}
                end={end}
                hatch={hatch}
              />
            </g>
          </g>
        );
      })}
    </Drawing>
  );
}

function rowOf({ key, label, count }: FunnelStep): ChartRow {
  return { key, label, value: count?.value, numerator: count };
}

interface CohortProps {
  readonly text: string;
  readonly y: number;
  readonly width: number;
}

/** Who is counted from here on; no part of a step's mark. */
function Cohort({ text, y, width }: CohortProps) {
  return (
    <>
      <line class="cohort-line" x1="0" x2={width} y1={y - 24} y2={y - 24} />
      <text class="mark-soft" x="0" y={y - 6}>
        {text}
      </text>
    </>
  );
}

interface LevelProps {
  readonly step: FunnelStep;
  readonly loss: string;
  readonly y: number;
  readonly width: number;
  readonly end: number;
  readonly hatch: string;
}

function Level({ step: { label, count, isChoice }, loss, y, width, end, hatch }: LevelProps) {
  const value = count?.value;
  const length = typeof value === "number" ? (width * value) / end : width;
  // Not above the drawing: what stands there would be out of the pointer's reach.
  const top = Math.max(0, y - 20);
  return (
    <>
      <rect class="chart-mark-ground" y={top} width={width} height={y - 20 + STEP - top} />
      {loss !== "" && (
        <text class={isChoice === true ? "mark-soft" : "mark-loss"} x="8" y={y - 6}>
          {`↓ ${loss}`}
        </text>
      )}
      <text class="mark-label" x="0" y={y + 18}>
        {label}
      </text>
      <text class="mark-value" x={width} y={y + 18} text-anchor="end">
        {countText(count)}
      </text>
      {value !== undefined && (
        <rect
          class={value === "suppressed" ? "hatched" : "bar"}
          y={y + 26}
          width={length}
          height={BAR}
          rx="4"
          {...(value === "suppressed" ? { fill: `url(#${hatch})` } : {})}
        />
      )}
    </>
  );
}
