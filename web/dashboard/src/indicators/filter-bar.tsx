import {
  districtName,
  districtOfCode,
  districtTiles,
  formatMonth,
  STATE_TILES,
  stateName,
  valueName,
} from "@aarohan/kit";
import { useId } from "preact/hooks";
import { address } from "../address/address.ts";
import { session } from "../session/session.ts";
import { AGE_BANDS, isPublishedOnly, lastYear, SETTINGS, SEXES, spanFor } from "./filters.ts";
import { filters } from "./view.ts";
import { indicatorWords } from "./words.ts";

const FIRST_YEAR = 2022;
const MONTHS = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"] as const;

/** What the view is about: all of it stands in the address. Who sees published numbers is offered what is published. */
export function FilterBar() {
  const words = indicatorWords();
  const isPublished = isPublishedOnly(session.role.value);
  const { setting, sex, ageBand } = filters.value;
  return (
    <form
      class="filters indicator-filters no-print"
      aria-label={words.filters}
      onSubmit={(event) => event.preventDefault()}
    >
      <PeriodFields isPublished={isPublished} />
      <PlaceFields />
      {!isPublished && (
        <>
          <Choice name="setting" label={words.setting} value={setting} values={SETTINGS} />
          <Choice name="sex" label={words.sex} value={sex} values={SEXES} />
          <Choice name="age-band" label={words.ageBand} value={ageBand} values={AGE_BANDS} />
        </>
      )}
      <GroupField />
      <button
        type="button"
        class="button button-quiet clear-filters"
        onClick={() => address.go(`${address.path.peek()}`)}
      >
        {words.clear}
      </button>
      <p class="hint">{isPublished ? words.viewerFilters : words.analystFilters}</p>
    </form>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly values: readonly string[];
}

function Choice({ name, label, value, values }: ChoiceProps) {
  return (
    <label class="field">
      <span class="label">{label}</span>
      <select value={value} onChange={({ currentTarget }) => address.filter({ [name]: currentTarget.value })}>
        <option value="">{indicatorWords().all}</option>
        {values.map((one) => (
          <option key={one} value={one}>
            {valueName(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A year and a month of it; or days, for who may ask for any. */
function PeriodFields({ isPublished }: { readonly isPublished: boolean }) {
  const words = indicatorWords();
  const { period } = filters.value;
  const [from, to] = period.split("..");
  if (from !== undefined && to !== undefined) return <SpanFields from={from} to={to} />;
  const [year = "", month = ""] = period.split("-");
  const latest = Number(lastYear(Date.now())) + 1;
  const years = Array.from({ length: latest - FIRST_YEAR + 1 }, (_, index) => String(latest - index));
  return (
    <>
      <label class="field">
        <span class="label">{words.year}</span>
        <select
          value={year}
          onChange={({ currentTarget: { value } }) =>
            address.filter({ period: value === "span" ? `${year}-01-01..${year}-12-31` : value })
          }
        >
          {(years.includes(year) ? years : [...years, year]).map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
          {!isPublished && <option value="span">{words.span}</option>}
        </select>
      </label>
      <label class="field">
        <span class="label">{words.month}</span>
        <select
          value={month}
          onChange={({ currentTarget: { value } }) =>
            address.filter({ period: value === "" ? year : `${year}-${value}` })
          }
        >
          <option value="">{words.wholeYear}</option>
          {MONTHS.map((one) => (
            <option key={one} value={one}>
              {formatMonth(`${year}-${one}`)}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function SpanFields({ from, to }: { readonly from: string; readonly to: string }) {
  const words = indicatorWords();
  const set = (first: string, last: string) => {
    if (first === "" || last === "") return;
    const [one, other] = first <= last ? [first, last] : [last, first];
    address.filter({ period: spanFor(session.role.value, one, other) });
  };
  return (
    <>
      <label class="field">
        <span class="label">{words.from}</span>
        <input type="date" value={from} onChange={({ currentTarget }) => set(currentTarget.value, to)} />
      </label>
      <label class="field">
        <span class="label">{words.to}</span>
        <input type="date" value={to} onChange={({ currentTarget }) => set(from, currentTarget.value)} />
      </label>
      <button
        type="button"
        class="button button-quiet"
        onClick={() => address.filter({ period: from.slice(0, 4) })}
      >
        {words.wholeYear}
      </button>
    </>
  );
}

function PlaceFields() {
  const words = indicatorWords();
  const { state } = filters.value;
  const states = STATE_TILES.map((tile) => ({ code: tile.code, name: stateName(tile) })).toSorted((a, b) =>
    a.name.localeCompare(b.name),
  );
  return (
    <>
      <label class="field">
        <span class="label">{words.state}</span>
        <select
          value={state}
          onChange={({ currentTarget: { value } }) =>
            address.filter({ state: value, district: undefined, group: undefined })
          }
        >
          <option value="">{words.all}</option>
          {states.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {state !== "" && <DistrictField state={state} />}
    </>
  );
}

/** A list where there is a table of the state's districts; else a name, as the gateway knows it. */
function DistrictField({ state }: { readonly state: string }) {
  const words = indicatorWords();
  const field = useId();
  const { district } = filters.value;
  const set = (value: string) =>
    address.filter({ district: value.trim().toLowerCase().replaceAll(" ", "-") });
  const districts = districtTiles(state)
    ?.map(({ code }) => ({ code, name: districtName(districtOfCode(code), state) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <div class="field">
      <label for={field}>{words.district}</label>
      {districts === undefined ? (
        <input id={field} value={district} onChange={({ currentTarget }) => set(currentTarget.value)} />
      ) : (
        <select id={field} value={district} onChange={({ currentTarget }) => set(currentTarget.value)}>
          <option value="">{words.all}</option>
          {districts.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

function GroupField() {
  const words = indicatorWords();
  return (
    <label class="field">
      <span class="label">{words.group}</span>
      <select
        value={filters.value.group}
        onChange={({ currentTarget }) => address.filter({ group: currentTarget.value })}
      >
        <option value="state">{words.byState}</option>
        <option value="district">{words.byDistrict}</option>
      </select>
    </label>
  );
}
