import {
  chartRow,
  formatCompact,
  formatNumber,
  formatPercent,
  kitWords,
  measureWords,
  placeName,
  regionRowsByCode,
  STATE_TILES,
  stateOfCode,
  TileMap,
  wholeOf,
} from "@aarohan/kit";
import { mountsView, type ViewProps } from "./mount-widget.tsx";
import { drawnOf, PlaceChart } from "./place-chart.tsx";
import { WholeFigure } from "./whole-figure.tsx";
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
  const whole = reports.whole === undefined ? undefined : wholeOf(reports.whole);
  const label = measureWords().measures[question.measure];
  return (
    <>
      {isTable || question.region !== "" || reports.places === undefined ? (
        <PlaceChart {...props} drawn={drawn} format={format} />
      ) : (
        <>
          {whole !== undefined && (
            <WholeFigure row={chartRow("whole", label, whole, drawn)} format={format} />
          )}
          <TileMap
            label={label}
            tiles={STATE_TILES}
            rows={regionRowsByCode(reports.places, drawn)}
            name={({ code }) => placeName({ state: stateOfCode(code), district: undefined }, false)}
            format={format}
            short={isCount ? formatCompact : (share) => formatPercent(share, 0)}
          />
        </>
      )}
      {isCount && <p class="hint">{`${kitWords().people}: ${widgetWords().noDenominators}`}</p>}
    </>
  );
}
