import { BarChart, type MeasureId, measureWords, scoreFormat, splitRows } from "@aarohan/kit";
import { Figure } from "./figure.tsx";
import type { Split } from "./filters.ts";
import { wholeGroup } from "./report-query.ts";
import { Told } from "./told.tsx";
import { useReports } from "./use-reports.ts";
import { filters } from "./view.ts";
import { indicatorWords } from "./words.ts";

interface SplitFigureProps {
  readonly measure: MeasureId;
  readonly split: Exclude<Split, "month">;
}

/** A Measure by sex, age band or setting. */
export function SplitFigure({ measure, split }: SplitFigureProps) {
  const words = indicatorWords();
  const query = { measure, group: wholeGroup(filters.value), split, filters: filters.value } as const;
  const reports = useReports(query);
  const titles = { sex: words.rateBySex, "age-band": words.rateByAge, setting: words.rateBySetting };
  const heads = { sex: words.sex, "age-band": words.ageBand, setting: words.setting };
  const title = titles[split](measureWords().measures[measure]);
  const format = scoreFormat(measure);
  return (
    <Told reports={reports}>
      {(all) => {
        const rows = all.flatMap((report) => splitRows(report, split));
        return (
          <Figure
            id={`${measure}-${split}`}
            title={title}
            note={measure === "provisional-scc-rate" ? measureWords().provisional : undefined}
            head={heads[split]}
            rows={rows}
            format={format}
            reports={all}
            query={query}
          >
            <BarChart label={title} rows={rows} format={format} />
          </Figure>
        );
      }}
    </Told>
  );
}
