import {
  type Drawn,
  districtOfCode,
  districtTiles,
  formatCompact,
  formatNumber,
  formatPercent,
  type IndicatorRows,
  kitWords,
  percentOnScale,
  placeName,
  plainTiles,
  regionRows,
  regionRowsByCode,
  regionsOf,
  STATE_TILES,
  stateOfCode,
  type Tile,
  TileMap,
} from "@aarohan/kit";
import { address } from "../address/address.ts";
import { Figure } from "./figure.tsx";
import type { ReportQuery } from "./report-query.ts";
import { indicatorWords } from "./words.ts";

interface MapFigureProps {
  readonly reports: readonly IndicatorRows[];
  readonly query: ReportQuery;
  readonly drawn: Drawn;
  /** After a tile has been chosen: the map that had the focus goes. */
  readonly onChosen: () => void;
}

/** States, or the districts of one, as equal tiles; a state's tile leads to its districts. */
export function MapFigure({ reports, query, drawn, onChosen }: MapFigureProps) {
  const words = indicatorWords();
  const [report] = reports;
  if (report === undefined) return null;
  const { state } = query.filters;
  const title = drawn === "people" ? words.screenedMap : words.coverageMap;
  const format =
    drawn === "people" ? (value: number) => formatNumber(value) : (share: number) => formatPercent(share);
  const isOfStates = state === "";
  return (
    <Figure
      id="map"
      title={title}
      note={[
        words.tilesNote,
        ...(isOfStates ? [words.chooseTile] : []),
        ...(drawn === "people" ? [words.noDenominators] : []),
      ].join(" ")}
      head={kitWords().place}
      rows={regionRows(report, drawn, false)}
      format={format}
      reports={[report]}
      query={query}
    >
      <TileMap
        label={title}
        tiles={isOfStates ? STATE_TILES : (districtTiles(state) ?? plainTiles(districtsOf(report)))}
        rows={regionRowsByCode(report, drawn)}
        name={(tile) => nameOf(tile, state)}
        format={format}
        short={drawn === "people" ? formatCompact : percentOnScale}
        choosing={isOfStates ? words.enterState : words.enterDistrict}
        onChoose={({ code }) => {
          address.filter(isOfStates ? { state: code, group: undefined } : { district: code });
          onChosen();
        }}
      />
    </Figure>
  );
}

function districtsOf(report: IndicatorRows) {
  return regionsOf(report).flatMap(({ district }) => (district === undefined ? [] : [district]));
}

function nameOf({ code }: Tile, state: string): string {
  if (state === "") return placeName({ state: stateOfCode(code), district: undefined }, false);
  return placeName({ state: stateOfCode(state), district: districtOfCode(code) }, false);
}
