import type { ComponentChildren, RefObject } from "preact";
import { kitWords } from "../words/kit-words.ts";
import type { Marks } from "./use-marks.ts";

interface DrawingProps {
  readonly label: string;
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly width: number;
  readonly height: number;
  readonly hatch: string;
  readonly marks: Marks;
  readonly count: number;
  /** What Enter does to a mark, in words. Default: nothing. */
  readonly choosing?: string;
  /** Words for the mark that is pointed at. */
  readonly readout: string | undefined;
  readonly children: ComponentChildren;
}

/** The frame of every chart: a named group, the pattern of what is not told, and a line that says the mark that is pointed at. */
export function Drawing({
  label,
  frame,
  width,
  height,
  hatch,
  marks,
  count,
  choosing,
  readout,
  children,
}: DrawingProps) {
  const words = kitWords();
  return (
    <div class="chart" ref={frame}>
      {/* biome-ignore lint/a11y/useSemanticElements: the marks of a drawing are a group, and no fieldset */}
      <svg
        role="group"
        aria-label={[`${label}.`, words.chartKeys(count), ...(choosing === undefined ? [] : [choosing])].join(
          " ",
        )}
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
      >
        <defs>
          <pattern
            id={hatch}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="hatch-ground" width="6" height="6" />
            <rect class="hatch-line" width="2" height="6" />
          </pattern>
        </defs>
        {children}
      </svg>
      <p class="readout" aria-hidden="true">
        {readout ?? "\u00a0"}
      </p>
      <span class="visually-hidden" {...marks.exit} />
    </div>
  );
}
