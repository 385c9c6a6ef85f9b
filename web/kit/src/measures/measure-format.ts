import type { Format, ScaleFormat } from "../charts/chart-row.ts";
import { formatNumber, formatPercent, numberOnScale, percentOnScale } from "../number.ts";
import { kitWords } from "../words/kit-words.ts";
import type { MeasureId } from "./measure-id.ts";

/** How a score of the Measure is written: a share, a rate per 1,000, or days. */
export function scoreFormat(measure: MeasureId): Format {
  if (measure === "provisional-scc-rate") return (rate) => kitWords().perThousand(formatNumber(rate, 1));
  if (measure === "time-to-review" || measure === "time-to-follow-up")
    return (days) => kitWords().daysCount(days);
  return (share) => formatPercent(share);
}

/** The same at the axis of a chart, where there is room for little. */
export function axisFormat(measure: MeasureId): ScaleFormat {
  const isShare =
    measure !== "provisional-scc-rate" && measure !== "time-to-review" && measure !== "time-to-follow-up";
  return isShare ? percentOnScale : numberOnScale;
}
