export { BarChart } from "./charts/bar-chart.tsx";
export type { ChartRow, Format } from "./charts/chart-row.ts";
export { countText, fractionText, isSmallRow, markText, medianText, valueText } from "./charts/chart-text.ts";
export { Funnel, type FunnelStep, lossOf, lossText } from "./charts/funnel.tsx";
export { Headline } from "./charts/headline.tsx";
export { LineChart } from "./charts/line-chart.tsx";
export { RowTable } from "./charts/row-table.tsx";
export { SuppressedNote } from "./charts/suppressed-note.tsx";
export { type Tile, TileMap } from "./charts/tile-map.tsx";
export { formatDay, formatInstant, formatMonth } from "./date.ts";
export {
  isLanguage,
  LANGUAGE_NAMES,
  LANGUAGES,
  type Language,
  locale,
  preferredLanguage,
  setLanguage,
} from "./language.ts";
export { axisFormat, scoreFormat } from "./measures/measure-format.ts";
export type { MeasureId } from "./measures/measure-id.ts";
export {
  isWidgetMeasure,
  WIDGET_MEASURES,
  type WidgetMeasure,
  type WidgetName,
} from "./measures/widget-measures.ts";
export { formatCompact, formatNumber, formatPercent, numberOnScale, percentOnScale } from "./number.ts";
export { OwnLanguage, spokenLanguage, useOwnLanguage } from "./own-language.ts";
export { districtTiles, plainTiles } from "./places/district-tiles.ts";
export { districtName, loadDistrictNames, stateName, watchDistrictNames } from "./places/place-name.ts";
export { districtOfCode, placeName, stateOfCode } from "./places/region-name.ts";
export { STATE_TILES, type StateTile } from "./places/state-tiles.ts";
export { type PluralForms, plural } from "./plural.ts";
export { type Cell, computed, type Shown, toldOf } from "./rows/cell.ts";
export {
  categoriesOf,
  type IndicatorRow,
  type IndicatorRows,
  type Region,
  regionsOf,
  strataOf,
  wholeOf,
} from "./rows/indicator-rows.ts";
export { readReports } from "./rows/read-indicator-rows.ts";
export {
  categoryRows,
  chartRow,
  type Drawn,
  monthRows,
  regionRows,
  regionRowsByCode,
  splitRows,
  valueName,
} from "./rows/report-chart-rows.ts";
export { rowsCsv } from "./rows/rows-csv.ts";
export { isTheme, setTheme, THEMES, type Theme } from "./theme.ts";
export { defineWords, type Wording } from "./words/define-words.ts";
export { kitWords } from "./words/kit-words.ts";
export { measureWords } from "./words/measure-words.ts";
