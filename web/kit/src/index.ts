export { BarChart } from "./charts/bar-chart.tsx";
export type { ChartRow, Format } from "./charts/chart-row.ts";
export { countText, fractionText, markText, SUPPRESSED_LABEL, valueText } from "./charts/chart-text.ts";
export { Funnel, type FunnelStep, lossOf, lossText } from "./charts/funnel.tsx";
export { Headline } from "./charts/headline.tsx";
export { LineChart } from "./charts/line-chart.tsx";
export { RowTable } from "./charts/row-table.tsx";
export { Sparkline } from "./charts/sparkline.tsx";
export { type Tile, TileMap } from "./charts/tile-map.tsx";
