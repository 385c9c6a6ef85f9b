import type { Tile } from "../charts/tile-map.tsx";

/** A state or union territory, and where its tile lies. */
export interface StateTile extends Tile {
  /** In English, as it is commonly written. */
  readonly name: string;
}

/** All 28 states and 8 union territories: who is whose neighbour, as far as equal tiles can say it. A point is an empty place; columns and rows begin with 0. */
const ROWS = [
  "JK LA .  .  .  .  .  .",
  "PB HP .  .  .  .  .  .",
  "CH HR UK .  .  SK .  AR",
  "RJ DL UP BR WB ML AS NL",
  "GJ MP CG JH OD TR MZ MN",
  "DD MH TS AP .  .  .  .",
  "GA KA TN PY .  .  AN .",
  "LD KL .  .  .  .  .  .",
];

const STATES: Readonly<Record<string, string>> = {
  AN: "Andaman and Nicobar Islands",
  AP: "Andhra Pradesh",
  AR: "Arunachal Pradesh",
  AS: "Assam",
  BR: "Bihar",
  CH: "Chandigarh",
  CG: "Chhattisgarh",
  DD: "Dadra and Nagar Haveli and Daman and Diu",
  DL: "Delhi",
  GA: "Goa",
  GJ: "Gujarat",
  HR: "Haryana",
  HP: "Himachal Pradesh",
  JK: "Jammu and Kashmir",
  JH: "Jharkhand",
  KA: "Karnataka",
  KL: "Kerala",
  LA: "Ladakh",
  LD: "Lakshadweep",
  MP: "Madhya Pradesh",
  MH: "Maharashtra",
  MN: "Manipur",
  ML: "Meghalaya",
  MZ: "Mizoram",
  NL: "Nagaland",
  OD: "Odisha",
  PY: "Puducherry",
  PB: "Punjab",
  RJ: "Rajasthan",
  SK: "Sikkim",
  TN: "Tamil Nadu",
  TS: "Telangana",
  TR: "Tripura",
  UP: "Uttar Pradesh",
  UK: "Uttarakhand",
  WB: "West Bengal",
};

export const STATE_TILES: readonly StateTile[] = ROWS.flatMap((line, row) =>
  line.split(/\s+/).flatMap((short, column) => {
    const name = STATES[short];
    return name === undefined
      ? []
      : [{ code: name.toLowerCase().replaceAll(" ", "-"), name, short, column, row }];
  }),
);
