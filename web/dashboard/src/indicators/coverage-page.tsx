import {
  type Drawn,
  districtOfCode,
  type IndicatorRows,
  type MeasureId,
  measureWords,
  placeName,
  regionsOf,
  stateOfCode,
} from "@aarohan/kit";
import { useRef } from "preact/hooks";
import type { Filters } from "./filters.ts";
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
  // While the chosen place is waited for there is no map: the focus is at its room, and goes on from there.
  const mapRoom = useRef<HTMLElement>(null);
  return (
    <IndicatorPage title={words.coverage} lead={words.coverageLead}>
      <MeasureChoice among={MEASURES} chosen={measure} />
      <div class="indicator-grid">
        <section
          class="map-room"
          ref={mapRoom}
          tabIndex={-1}
          aria-label={`${words.coverage}: ${placeText(filters.value)}`}
        >
          <Told reports={map}>
            {(reports) => (
              <MapFigure
                reports={reports}
                query={onMap}
                drawn={drawnOf(reports)}
                onChosen={() => mapRoom.current?.focus({ preventScroll: true })}
              />
            )}
          </Told>
        </section>
        <Told reports={places}>
          {(reports) => (
            <PlaceFigure measure={measure} reports={reports} query={byPlace} drawn={drawnOf(reports)} />
          )}
        </Told>
      </div>
    </IndicatorPage>
  );
}

function placeText({ state, district }: Filters): string {
  if (state === "") return measureWords().everywhere;
  const chosen = district === "" ? undefined : districtOfCode(district);
  return placeName({ state: stateOfCode(state), district: chosen }, true);
}

/** Without denominators there is no coverage: people are counted. */
function drawnOf(reports: readonly IndicatorRows[]): Drawn {
  const hasScore = reports.some((report) => regionsOf(report).some(({ cells }) => cells.score !== undefined));
  return hasScore ? "score" : "people";
}
