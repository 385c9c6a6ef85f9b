import {
  type Drawn,
  type Format,
  formatCompact,
  formatNumber,
  formatPercent,
  type IndicatorRows,
  kitWords,
  measureWords,
  percentOnScale,
  placeName,
  regionRows,
  regionRowsByCode,
  STATE_TILES,
  SuppressedNote,
  stateOfCode,
  TileMap,
} from "@aarohan/kit";
import { mountsView } from "./mount-widget.tsx";
import { drawnOf, PlaceChart, wholeRow } from "./place-chart.tsx";
import { WholeFigure } from "./whole-figure.tsx";
import type { ViewProps } from "./widget-view.ts";
import { widgetWords } from "./words.ts";

export const mountCoverage = mountsView({
  widget: "coverage",
  cuts: ["whole", "places"],
  View: CoverageView,
});

/** States on a map of tiles; of a state, its districts as bars. */
function CoverageView(props: ViewProps) {
  const { question, reports, isTable } = props;
  const drawn = drawnOf(reports);
  const isCount = drawn === "people";
  const format = isCount ? (count: number) => formatNumber(count) : (share: number) => formatPercent(share);
  const label = measureWords().measures[question.measure];
  const isMap = !isTable && question.region === "" && reports.places !== undefined;
  const whole = wholeRow(reports, label, drawn);
  return (
    <>
      {isMap && whole !== undefined && <WholeFigure row={whole} format={format} />}
      {isMap && <StateMap label={label} report={reports.places} drawn={drawn} format={format} />}
      {isMap && <SuppressedNote values={[whole?.value, ...placeValues(reports.places, drawn)]} />}
      {!isMap && <PlaceChart {...props} drawn={drawn} format={format} />}
      {isCount && <p class="hint">{`${kitWords().people}: ${widgetWords().noDenominators}`}</p>}
    </>
  );
}

function placeValues(report: IndicatorRows, drawn: Drawn) {
  return regionRows(report, drawn, false).map(({ value }) => value);
}

interface StateMapProps {
  readonly label: string;
  readonly report: IndicatorRows;
  readonly drawn: Drawn;
  readonly format: Format;
}

function StateMap({ label, report, drawn, format }: StateMapProps) {
  return (
    <TileMap
      label={label}
      tiles={STATE_TILES}
      rows={regionRowsByCode(report, drawn)}
      name={({ code }) => placeName({ state: stateOfCode(code), district: undefined }, false)}
      format={format}
      short={drawn === "people" ? formatCompact : percentOnScale}
    />
  );
}
