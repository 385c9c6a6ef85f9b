import { useId } from "preact/hooks";
import { spokenLanguage } from "../own-language.ts";
import { shortNames } from "../places/short-names.ts";
import { kitWords } from "../words/kit-words.ts";
import { type ChartRow, type Format, niceTicks, type ScaleFormat, scaleEnd } from "./chart-row.ts";
import { isSmallRow, markedText, markText } from "./chart-text.ts";
import { Drawing } from "./drawing.tsx";
import { type Step, useMarks } from "./use-marks.ts";
import { useWidth } from "./use-width.ts";

/** A place on the grid: equal tiles, no boundary. */
export interface Tile {
  readonly code: string;
  /** Two or three letters. */
  readonly short: string;
  readonly column: number;
  readonly row: number;
  /** Columns that it is wide. Default 1. */
  readonly span?: number;
}

interface TileMapProps {
  readonly label: string;
  readonly tiles: readonly Tile[];
  /** Of a tile without a row there are no numbers. Keys are the codes of tiles; what else there is stands below them. */
  readonly rows: ReadonlyMap<string, ChartRow>;
  /** The name of a tile. */
  readonly name: (tile: Tile) => string;
  readonly format: Format;
  /** The same in the legend and on a tile, where there is room for little. Default: `format`. */
  readonly short?: ScaleFormat;
  /** What Enter, or a click on a tile, does. */
  readonly onChoose?: (tile: Tile) => void;
  /** The same in words, for who does not see a pointer. */
  readonly choosing?: string;
}

const STEPS = 5;
const GAP = 3;
const LARGEST = 74;
/** A tile below this has no room for a value. */
const ROOM_FOR_VALUE = 40;
/** Columns of a tile below the grid: room for its whole name. */
const SPAN_BELOW = 5;

/** A map of equal tiles in five steps of colour, from 0 to the largest value that is told. */
export function TileMap({
  label,
  tiles,
  rows,
  name,
  format,
  short = format,
  onChoose,
  choosing,
}: TileMapProps) {
  const { frame, width } = useWidth<HTMLDivElement>();
  const ordered = [
    ...tiles.toSorted((a, b) => a.row - b.row || a.column - b.column),
    ...tilesBelow(tiles, rows),
  ];
  const choose = (place: number) => {
    const tile = ordered[place];
    if (tile !== undefined && tile.span === undefined) onChoose?.(tile);
  };
  const marks = useMarks(ordered.length, onAGrid(ordered), onChoose === undefined ? undefined : choose);
  const hatch = useId();
  const columns = Math.max(1, ...ordered.map(({ column, span = 1 }) => column + span));
  const size = Math.min(LARGEST, width / columns);
  const end = niceTicks(scaleEnd([...rows.values()])).at(-1) ?? 1;
  const isTold = [...rows.values()].some(({ value }) => typeof value === "number");
  const rowOf = (tile: Tile): ChartRow => ({
    key: tile.code,
    value: undefined,
    ...rows.get(tile.code),
    label: tile.span === undefined ? name(tile) : tile.short,
  });
  const onGrid = ordered.filter(({ span }) => span === undefined);
  // Tiles carry English letters.
  const shorts = spokenLanguage() === "en" ? [] : shortNames(onGrid.map(name));
  const pointed = marks.at === undefined ? undefined : ordered[marks.at];
  return (
    <>
      <Drawing
        label={label}
        frame={frame}
        width={width}
        height={size * Math.max(1, ...ordered.map(({ row }) => row + 1))}
        hatch={hatch}
        marks={marks}
        count={ordered.length}
        {...(choosing === undefined ? {} : { choosing })}
        readout={pointed && markText(rowOf(pointed), format)}
      >
        {ordered.map((tile, place) => (
          <g key={tile.code} class="chart-mark" {...marks.props(place, markText(rowOf(tile), format))}>
            <TileMark
              short={shorts[place] ?? tile.short}
              tile={tile}
              row={rowOf(tile)}
              size={size}
              end={end}
              format={(one) => short(one, end / STEPS)}
              hatch={hatch}
            />
          </g>
        ))}
      </Drawing>
      <Legend isTold={isTold} step={end / STEPS} format={short} />
    </>
  );
}

/** Places that no tile is for, several told together for one, are rows of their own below the grid. */
function tilesBelow(tiles: readonly Tile[], rows: ReadonlyMap<string, ChartRow>): Tile[] {
  const codes = new Set(tiles.map(({ code }) => code));
  const first = Math.max(0, ...tiles.map(({ row }) => row + 1));
  return [...rows]
    .filter(([code]) => !codes.has(code))
    .map(([code, { label }], place) => ({
      code,
      short: label,
      column: 0,
      row: first + place,
      span: SPAN_BELOW,
    }));
}

/** Arrow keys go to the nearest tile of the same row or column, else of the next. */
function onAGrid(tiles: readonly Tile[]): Step {
  return function stepOnAGrid(from, key) {
    if (key === "Home") return 0;
    if (key === "End") return tiles.length - 1;
    const [right = 0, down = 0] =
      { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key] ?? [];
    const here = tiles[from];
    if (here === undefined || (right === 0 && down === 0)) return undefined;
    const distances = tiles.flatMap((tile, place) => {
      const [x, y] = [tile.column - here.column, tile.row - here.row];
      const ahead = x * right + y * down;
      return ahead > 0 ? [{ place, far: ahead + 3 * Math.abs(right === 0 ? x : y) }] : [];
    });
    return distances.toSorted((a, b) => a.far - b.far)[0]?.place ?? from;
  };
}

/** 1 to 5. */
function stepOf(value: number, end: number): number {
  return Math.min(STEPS, 1 + Math.floor((STEPS * value) / end));
}

interface TileMarkProps {
  readonly tile: Tile;
  readonly short: string;
  readonly row: ChartRow;
  readonly size: number;
  readonly end: number;
  readonly format: Format;
  readonly hatch: string;
}

function TileMark({ tile, short, row, size, end, format, hatch }: TileMarkProps) {
  const { value } = row;
  const x = tile.column * size;
  const y = tile.row * size;
  const side = size - GAP;
  const wide = size * (tile.span ?? 1) - GAP;
  const kind =
    value === undefined ? "tile-empty" : value === "suppressed" ? "hatched" : `tile-${stepOf(value, end)}`;
  const text = typeof value === "number" ? markedText(row, format) : "";
  const hasRoom = size >= ROOM_FOR_VALUE;
  return (
    <g class={`tile ${kind}`}>
      <rect
        x={x}
        y={y}
        width={wide}
        height={side}
        rx="4"
        {...(value === "suppressed" ? { fill: `url(#${hatch})` } : {})}
      />
      <text class="tile-name" x={x + wide / 2} y={y + side / 2 + (hasRoom ? -2 : 4)} text-anchor="middle">
        {!hasRoom && isSmallRow(row) ? `${short}*` : short}
      </text>
      {hasRoom && (
        <text class="tile-value" x={x + wide / 2} y={y + side / 2 + 13} text-anchor="middle">
          {text}
        </text>
      )}
    </g>
  );
}

interface LegendProps {
  /** Without, there is nothing that the steps are of. */
  readonly isTold: boolean;
  readonly step: number;
  readonly format: ScaleFormat;
}

/** The steps in words: what colour says is said beside it. */
function Legend({ isTold, step, format }: LegendProps) {
  const words = kitWords();
  return (
    <ul class="legend">
      {isTold &&
        Array.from({ length: STEPS }, (_, index) => (
          <li key={index}>
            <span class={`swatch swatch-${index + 1}`} />
            {`${format(step * index, step)} – ${format(step * (index + 1), step)}`}
          </li>
        ))}
      <li>
        <span class="swatch swatch-hatched" />
        {words.suppressed}
      </li>
      <li>
        <span class="swatch swatch-empty" />
        {words.noValue}
      </li>
    </ul>
  );
}
