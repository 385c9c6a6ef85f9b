import type { IndicatorRow, Region } from "../rows/indicator-rows.ts";
import { measureWords } from "../words/measure-words.ts";
import { districtName, stateName } from "./place-name.ts";
import { STATE_TILES } from "./state-tiles.ts";

/** A region's name in the present language: of districts of several states, with the state. */
export function placeName(
  { state, district }: Pick<IndicatorRow, "state" | "district">,
  withState: boolean,
): string {
  if (state === undefined) return measureWords().everywhere;
  if (district === undefined) return nameOr(state, stateName(state));
  const name = nameOr(district, districtName(district, state.code));
  return withState ? `${name}, ${nameOr(state, stateName(state))}` : name;
}

function nameOr({ code }: Region, name: string): string {
  if (code === "unknown" || code === "other-districts" || code === "other-states")
    return measureWords().values[code];
  return name;
}

/** A state of which nothing but its code is known: from an address. */
export function stateOfCode(code: string): Region {
  const tile = STATE_TILES.find((one) => one.code === code);
  return { code, name: tile?.name ?? wordsOf(code) };
}

export function districtOfCode(code: string): Region {
  return { code, name: wordsOf(code) };
}

/** `bengaluru-urban` → `Bengaluru Urban`. */
function wordsOf(code: string): string {
  return code.replace(
    /(^|-)(\p{L})/gu,
    (_, before: string, letter: string) => (before === "" ? "" : " ") + letter.toUpperCase(),
  );
}
