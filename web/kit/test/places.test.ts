import { listedRegion } from "@aarohan/deid";
import { afterEach, describe, expect, it } from "vitest";
import { DISTRICTS_BY_STATE } from "../../../packages/deid/src/india.ts";
import {
  districtName,
  districtTiles,
  loadPlaceNames,
  plainTiles,
  STATE_TILES,
  setLanguage,
  stateName,
  type Tile,
} from "../src/index.ts";
import { places as hi } from "../src/places/places.hi.ts";
import { places as kn } from "../src/places/places.kn.ts";

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
  ["Hindi", hi, /^[\p{Script=Devanagari}\p{P} ]+$/u],
  ["Kannada", kn, /^[\p{Script=Kannada}\p{P} \u200c]+$/u],
] as const)("names in %s", (_, places, script) => {
  it("are there for every state, and for every district of those with tiles", () => {
    expect(Object.keys(places).toSorted()).toEqual(STATES.map(([state]) => state).toSorted());
    for (const [state, districts] of WITH_TILES)
      expect(Object.keys(places[state]?.districts ?? {}).toSorted(), state).toEqual(districts);
  });

  it("are in its script, and no two of a state alike", () => {
    for (const { name, districts } of Object.values(places)) {
      const names = [name, ...Object.values(districts)];
      for (const one of names) expect(one).toMatch(script);
      expect(new Set(names.slice(1)).size).toBe(names.length - 1);
    }
  });
});

describe("the name of a place", () => {
  const urban = { code: "bengaluru-urban", name: "Bengaluru (Bangalore) Urban" };

  it("is told in the present language, and in English where there is none", async () => {
    expect(districtName(urban, "karnataka")).toBe("Bengaluru Urban");
    setLanguage("kn");
    await loadPlaceNames("kn");
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
