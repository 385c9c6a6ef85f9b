import { listedRegion } from "@aarohan/deid";
import { afterEach, describe, expect, it } from "vitest";
import { DISTRICTS_BY_STATE } from "../../../packages/deid/src/india.ts";
import {
  districtName,
  districtTiles,
  loadDistrictNames,
  plainTiles,
  STATE_TILES,
  setLanguage,
  stateName,
  type Tile,
} from "../src/index.ts";
import { districts as hiDistricts } from "../src/places/districts.hi.ts";
import { districts as knDistricts } from "../src/places/districts.kn.ts";
import { shortNames } from "../src/places/short-names.ts";
import { hi } from "../src/places/states.hi.ts";
import { kn } from "../src/places/states.kn.ts";

/** As reports code regions (packages/measures, `slugOf`). */
const codeOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/\([^)]*\)/g, " ")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");

const STATES = Object.entries(DISTRICTS_BY_STATE).map(
  ([name, districts]) => [codeOf(name), districts.split("|").map(codeOf).toSorted()] as const,
);
const WITH_TILES = STATES.filter(([state]) => districtTiles(state) !== undefined);

const isApart = (tiles: readonly Tile[]) =>
  new Set(tiles.map(({ row, column }) => `${row}/${column}`)).size === tiles.length;
const namesAreApart = (tiles: readonly Tile[]) =>
  new Set(tiles.map(({ short }) => short)).size === tiles.length;

afterEach(() => setLanguage("en"));

describe("tiles", () => {
  it("are there for each listed state once, each in a place of its own", () => {
    expect(STATE_TILES.map(({ code }) => code).toSorted()).toEqual(STATES.map(([state]) => state).toSorted());
    expect(isApart(STATE_TILES) && namesAreApart(STATE_TILES)).toBe(true);
    expect(STATE_TILES).toHaveLength(28 + 8);
  });

  it.each([
    "Dadra and Nagar Haveli (UT)",
    "Dadra & Nagar Haveli",
    "Daman and Diu (UT)",
    "Daman & Diu",
    "daman-and-diu",
    "The Dadra and Nagar Haveli and Daman and Diu",
  ])("of %s are that of the one territory", (state) => {
    const { state: known = "" } = listedRegion({ state });
    expect(codeOf(known)).toBe("dadra-and-nagar-haveli-and-daman-and-diu");
    expect(listedRegion({ state, district: "Daman" }).district).toBe("Daman");
  });

  it("have codes that the gateway knows", () => {
    for (const { code } of STATE_TILES) expect(listedRegion({ state: code }).state, code).toBeDefined();
  });

  it.each(WITH_TILES)("of %s are its listed districts, each in a place of its own", (state, districts) => {
    const tiles = districtTiles(state) ?? [];
    expect(tiles.map(({ code }) => code).toSorted()).toEqual(districts);
    expect(isApart(tiles)).toBe(true);
    expect(namesAreApart(tiles)).toBe(true);
  });

  it("without a table stand in order, as many in a row as there are rows", () => {
    const tiles = plainTiles(["a", "b", "c", "d", "e"].map((code) => ({ code, name: `${code}name` })));
    expect(tiles.map(({ row, column }) => [row, column])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
    ]);
    expect(tiles[0]?.short).toBe("ana");
    expect(plainTiles([])).toEqual([]);
  });
});

describe.each([
  ["Hindi", hi, hiDistricts, /^[\p{Script=Devanagari}\p{P} ]+$/u],
  ["Kannada", kn, knDistricts, /^[\p{Script=Kannada}\p{P} \u200c]+$/u],
] as const)("names in %s", (_, names, districtNames, script) => {
  it("are there for every state, and for every district of those with tiles", () => {
    expect(Object.keys(names).toSorted()).toEqual(STATES.map(([state]) => state).toSorted());
    for (const [state, districts] of WITH_TILES)
      expect(Object.keys(districtNames[state] ?? {}).toSorted(), state).toEqual(districts);
  });

  it("are in its script, and no two of a state alike", () => {
    for (const list of [names, ...Object.values(districtNames)]) {
      const all = Object.values(list);
      for (const one of all) expect(one).toMatch(script);
      expect(new Set(all).size).toBe(all.length);
    }
  });
});

describe("short names", () => {
  it("are first letters with their signs, of the words or of the word", () => {
    expect(shortNames(["बेंगलुरु", "ಮೈಸೂರು", "मध्य प्रदेश", "जम्मू और कश्मीर", "ಆಂಧ್ರ ಪ್ರದೇಶ", ""])).toEqual([
      "बेंग",
      "ಮೈಸೂ",
      "मप्र",
      "जक",
      "ಆಂಪ್ರ",
      "",
    ]);
  });

  it("are no two alike, in any list and at either length", () => {
    for (const list of [hi, kn, ...Object.values(hiDistricts), ...Object.values(knDistricts)]) {
      for (const most of [2, 3]) {
        const shorts = shortNames(Object.values(list), most);
        expect(new Set(shorts).size).toBe(shorts.length);
      }
    }
    for (const [, districts] of STATES) {
      const tiles = plainTiles(districts.map((code) => ({ code, name: code })));
      expect(namesAreApart(tiles)).toBe(true);
    }
  });
});

describe("the name of a place", () => {
  const urban = { code: "bengaluru-urban", name: "Bengaluru (Bangalore) Urban" };

  it("is told in the present language, and in English where there is none", async () => {
    expect(districtName(urban, "karnataka")).toBe("Bengaluru Urban");
    setLanguage("kn");
    await loadDistrictNames("kn");
    expect(districtName(urban, "karnataka")).toBe("ಬೆಂಗಳೂರು ನಗರ");
    expect(stateName({ code: "karnataka", name: "Karnataka" })).toBe("ಕರ್ನಾಟಕ");
    expect(districtName({ code: "pune", name: "Pune" }, "maharashtra")).toBe("Pune");
    expect(districtName(urban, undefined)).toBe("Bengaluru Urban");
  });

  it("has no mark-up of its source", () => {
    expect(districtName({ code: "x", name: "Lahaul &amp; Spiti" }, undefined)).toBe("Lahaul & Spiti");
    expect(districtName({ code: "x", name: "North East  Delhi" }, undefined)).toBe("North East Delhi");
  });
});
