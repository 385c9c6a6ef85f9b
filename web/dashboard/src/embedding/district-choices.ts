import { districtName, districtOfCode, districtTiles, STATE_TILES } from "@aarohan/kit";

export interface DistrictChoice {
  /** As an address has it, and the gateway reads it. */
  readonly value: string;
  /** In the present language. */
  readonly name: string;
}

/** Districts of a state in which the programme screens, and the one that is chosen, whichever it is. */
export function districtChoices(state: string, chosen: string): DistrictChoice[] {
  const code = STATE_TILES.find(({ name }) => name === state)?.code ?? "";
  const listed = (districtTiles(code) ?? []).map((tile) => {
    const district = districtOfCode(tile.code);
    return { value: district.name, name: districtName(district, code) };
  });
  const sorted = listed.toSorted((a, b) => a.name.localeCompare(b.name));
  const isListed = chosen === "" || sorted.some(({ value }) => value === chosen);
  return isListed ? sorted : [...sorted, { value: chosen, name: chosen }];
}
