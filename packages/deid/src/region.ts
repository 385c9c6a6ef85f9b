import type { Json, JsonObject } from "@aarohan/fhir";
import { DISTRICTS_BY_STATE, OTHER_NAMES, SMALL_DISTRICTS } from "./india.ts";

interface Gazetteer {
  /** Normalised name of a state → the state as the programme's forms spell it. */
  readonly states: ReadonlyMap<string, string>;
  /** Normalised name of a district → the states that have one of that name, with the list's spelling of it. */
  readonly districts: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly small: ReadonlySet<string>;
}

let gazetteer: Gazetteer | undefined;

/** The state's name in the forms' spelling, for any listed name of it. */
export function stateOf(name: string): string | undefined {
  return isPlain(name) ? load().states.get(normalise(name)) : undefined;
}

/**
 * True for a district that is on the list, large enough to be told, and within the state; without a state, where only
 * one state has a district of that name. A number or a street typed into the field is on no list.
 */
export function isReleasableDistrict(name: string, state: string | undefined): boolean {
  const asked = `${name}\n${state ?? ""}`;
  const known = asked.length > MOST_ASKED_CHARACTERS ? undefined : answered.get(asked);
  if (known !== undefined) return known;
  const releasable = isListedDistrict(name, state);
  if (answered.size >= MOST_ANSWERED) answered.clear();
  if (asked.length <= MOST_ASKED_CHARACTERS) answered.set(asked, releasable);
  return releasable;
}

/** Districts of the last addresses: a programme works in a few. At most about 200 KB. */
const answered = new Map<string, boolean>();
const MOST_ANSWERED = 1024;
const MOST_ASKED_CHARACTERS = 130;

function isListedDistrict(name: string, state: string | undefined): boolean {
  const key = normalise(name);
  const states = load().districts.get(key);
  if (states === undefined || !isPlain(name) || load().small.has(key)) return false;
  if (state === undefined) return states.size === 1;
  const known = stateOf(state);
  return known !== undefined && states.has(known);
}

/** The list's own spelling of a releasable district and its state, of the state alone, or of nothing: for counting. */
export function listedRegion(address: { readonly state?: string; readonly district?: string }): {
  readonly state?: string;
  readonly district?: string;
} {
  const { state: stateText, district = "" } = address;
  const state = stateText === undefined ? undefined : stateOf(stateText);
  if (isReleasableDistrict(district, stateText)) {
    const [[own, name] = []] = [...(load().districts.get(normalise(district)) ?? [])].filter(
      ([one]) => state === undefined || one === state,
    );
    if (own !== undefined && name !== undefined) return { state: own, district: name };
  }
  return state === undefined ? {} : { state };
}

/** True for a listed name of a state or district of India, whatever its size. */
export function isListedPlace(name: string): boolean {
  return isPlain(name) && (load().districts.has(normalise(name)) || load().states.has(normalise(name)));
}

/** An Address of which a listed district and state and the country remain; the country is India's code whatever spelling it had. */
export function releasedRegion(address: JsonObject, level: "district" | "state"): JsonObject | undefined {
  const { state, district, country } = address;
  const stateText = typeof state === "string" ? state : undefined;
  const output: Record<string, Json> = {};
  if (level === "district" && typeof district === "string" && isReleasableDistrict(district, stateText)) {
    output.district = district;
  }
  if (stateText !== undefined && stateOf(stateText) !== undefined) output.state = stateText;
  if (typeof country === "string" && /^(?:IN|IND|India|Bharat|भारत)$/i.test(country)) output.country = "IN";
  return Object.keys(output).length === 0 ? undefined : output;
}

function load(): Gazetteer {
  gazetteer ??= build();
  return gazetteer;
}

function build(): Gazetteer {
  const states = new Map<string, string>();
  const districts = new Map<string, Map<string, string>>();
  for (const [state, list] of Object.entries(DISTRICTS_BY_STATE)) {
    for (const name of namesOf(state)) states.set(normalise(name), state);
    for (const district of list.split("|")) {
      for (const name of namesOf(district)) {
        const key = normalise(name);
        districts.set(key, (districts.get(key) ?? new Map<string, string>()).set(state, district));
      }
    }
  }
  return { states, districts, small: new Set(SMALL_DISTRICTS.split("|").map(normalise)) };
}

/**
 * Of a state or district in the forms' spelling: `Bengaluru (Bangalore) Urban` → itself, `Bengaluru Urban`, `Bangalore Urban`;
 * and the other names on the list.
 */
export function namesOf(name: string): string[] {
  const names = [name, ...(OTHER_NAMES[name]?.split("|") ?? [])];
  const match = /^(.*?)(\S+) \(([^)]+)\)(.*)$/.exec(name);
  if (match === null) return names;
  const [, before, word, other, after] = match;
  names.push(`${before}${word}${after}`);
  if (!/^(UT|NCT|Urban|Rural)$/.test(other ?? "")) names.push(`${before}${other}${after}`);
  return names;
}

/** Letters, marks and digits alone, in lower case: spelling differences of case, spaces and punctuation vanish. */
function normalise(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/** Nothing but letters and the punctuation of names: the source's spelling may leave as it is. */
function isPlain(name: string): boolean {
  return name.length <= 60 && /^[\p{L}\p{M}\p{N}]+(?:[ .,&'()-]{1,3}[\p{L}\p{M}\p{N}]+)*\)?\.?$/u.test(name);
}
