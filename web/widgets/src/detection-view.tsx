import { scoreFormat } from "@aarohan/kit";
import { mountsView } from "./mount-widget.tsx";
import { PlaceChart } from "./place-chart.tsx";
import type { ViewProps } from "./widget-view.ts";

export const mountDetection = mountsView({
  widget: "detection",
  cuts: ["whole", "places"],
  View: DetectionView,
});

/** What is found, in everybody and by place. */
function DetectionView(props: ViewProps) {
  return <PlaceChart {...props} drawn="score" format={scoreFormat(props.question.measure)} />;
}
