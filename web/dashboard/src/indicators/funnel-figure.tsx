import {
  countText,
  Funnel,
  type FunnelStep,
  formatNumber,
  type IndicatorRows,
  kitWords,
  lossText,
} from "@aarohan/kit";
import { ScrollRegion } from "../pieces/scroll-region.tsx";
import { Figure } from "./figure.tsx";
import { funnelSteps } from "./funnel-steps.ts";
import type { ReportQuery } from "./report-query.ts";
import { indicatorWords } from "./words.ts";

interface FunnelFigureProps {
  readonly reports: readonly IndicatorRows[];
  readonly query: ReportQuery;
}

/** Where people are lost between the screening and the follow-up. */
export function FunnelFigure({ reports, query }: FunnelFigureProps) {
  const words = indicatorWords();
  const steps = funnelSteps(reports);
  const rows = steps.map(({ key, label, count }) => ({ key, label, value: count?.value, numerator: count }));
  return (
    <Figure
      id="funnel"
      title={words.funnel}
      note={words.funnelNote}
      head={kitWords().step}
      rows={rows}
      format={(count) => formatNumber(count)}
      reports={reports}
      query={query}
      table={<StepTable steps={steps} />}
    >
      <Funnel label={words.funnel} steps={steps} />
    </Figure>
  );
}

function StepTable({ steps }: { readonly steps: readonly FunnelStep[] }) {
  const words = kitWords();
  return (
    <ScrollRegion label={indicatorWords().funnel}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.step}</th>
            <th scope="col" class="number">
              {words.people}
            </th>
            <th scope="col" class="number">
              {indicatorWords().lost}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step, place) => (
            <tr key={step.key}>
              <th scope="row">
                {step.label}
                {step.cohort !== undefined && <small> {step.cohort}</small>}
              </th>
              <td class="number">{countText(step.count)}</td>
              <td class="number">{lossText(steps[place - 1], step)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
