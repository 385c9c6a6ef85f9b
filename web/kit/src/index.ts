export { BarChart } from "./charts/bar-chart.tsx";
export type { ChartRow, Format } from "./charts/chart-row.ts";
export { countText, fractionText, markText, SUPPRESSED_LABEL, valueText } from "./charts/chart-text.ts";
export { Funnel, type FunnelStep, lossOf, lossText } from "./charts/funnel.tsx";
export { Headline } from "./charts/headline.tsx";
export { LineChart } from "./charts/line-chart.tsx";
export { RowTable } from "./charts/row-table.tsx";
export { Sparkline } from "./charts/sparkline.tsx";
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
export { formatCompact, formatNumber, formatPercent } from "./number.ts";
export { type PluralForms, plural } from "./plural.ts";
export { isTheme, setTheme, THEMES, type Theme } from "./theme.ts";
export { defineWords, type Wording } from "./words/define-words.ts";
export { kitWords } from "./words/kit-words.ts";
