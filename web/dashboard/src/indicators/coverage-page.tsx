import { type Drawn, type IndicatorRows, type MeasureId, regionsOf } from "@aarohan/kit";
import { IndicatorPage } from "./indicator-page.tsx";
import { MapFigure } from "./map-figure.tsx";
import { MeasureChoice } from "./measure-choice.tsx";
import { PlaceFigure } from "./place-figure.tsx";
import { Told } from "./told.tsx";
import { useReports } from "./use-reports.ts";
import { chosenMeasure, filters } from "./view.ts";
import { indicatorWords } from "./words.ts";

const MEASURES: readonly [MeasureId, ...MeasureId[]] = ["screening-coverage", "screening-coverage-5y"];

/** Where people are screened, and of how many. */
export function CoveragePage() {
  const words = indicatorWords();
  const measure = chosenMeasure(MEASURES);
  const { state, group } = filters.value;
  const onMap = { measure, group: state === "" ? "state" : "district", filters: filters.value } as const;
  const byPlace = { measure, group, filters: filters.value } as const;
  const map = useReports(onMap);
  const places = useReports(byPlace);
  return (
    <IndicatorPage title={words.coverage} lead={words.coverageLead}>
      <MeasureChoice among={MEASURES} chosen={measure} />
      <div class="indicator-grid">
        <Told reports={map}>
          {(reports) => <MapFigure reports={reports} query={onMap} drawn={drawnOf(reports)} />}
        </Told>
        <Told reports={places}>
          {(reports) => (
            <PlaceFigure measure={measure} reports={reports} query={byPlace} drawn={drawnOf(reports)} />
          )}
        </Told>
      </div>
    </IndicatorPage>
  );
}

/** Without denominators there is no coverage: people are counted. */
function drawnOf(reports: readonly IndicatorRows[]): Drawn {
  const hasScore = reports.some((report) => regionsOf(report).some(({ cells }) => cells.score !== undefined));
  return hasScore ? "score" : "people";
}
