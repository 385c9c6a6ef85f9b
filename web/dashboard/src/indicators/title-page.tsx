import { districtOfCode, formatInstant, measureWords, placeName, stateOfCode, valueName } from "@aarohan/kit";
import { periodText } from "./period-text.ts";
import { filters } from "./view.ts";
import { indicatorWords } from "./words.ts";

/** The first page on paper: what was printed, with every filter. The screen shows the filters themselves. */
export function TitlePage({ title }: { readonly title: string }) {
  const words = indicatorWords();
  return (
    <section class="title-page" aria-hidden="true">
      <p>{measureWords().programme}</p>
      <p class="title-page-name">{title}</p>
      <dl class="facts">
        {filterTexts().map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>{words.printedOn(formatInstant(Date.now()))}</p>
      <p class="breaking">{`${words.address}: ${location.href}`}</p>
    </section>
  );
}

function filterTexts(): (readonly [name: string, value: string])[] {
  const words = indicatorWords();
  const { period, state, district, setting, sex, ageBand, group } = filters.value;
  const region = state === "" ? undefined : stateOfCode(state);
  const inside = district === "" ? undefined : districtOfCode(district);
  return [
    [words.period, periodText(period)],
    [words.state, placeName({ state: region, district: undefined }, false)],
    [
      words.district,
      inside === undefined ? words.all : placeName({ state: region, district: inside }, false),
    ],
    [words.setting, setting === "" ? words.all : valueName(setting)],
    [words.sex, sex === "" ? words.all : valueName(sex)],
    [words.ageBand, ageBand === "" ? words.all : valueName(ageBand)],
    [words.group, group === "state" ? words.byState : words.byDistrict],
  ];
}
