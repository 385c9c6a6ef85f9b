import { effect, signal } from "@preact/signals";
import { type Language, locale } from "../language.ts";
import type { Region } from "../rows/indicator-rows.ts";
import type { PlaceNames } from "./place-names.ts";

/** English is what reports say themselves. */
const LISTS: Partial<Readonly<Record<Language, () => Promise<{ readonly places: PlaceNames }>>>> = {
  hi: () => import("./places.hi.ts"),
  kn: () => import("./places.kn.ts"),
};

const loaded = signal<Partial<Readonly<Record<Language, PlaceNames>>>>({});

/** Gets the names of the present language, and of each that is chosen later. Returns what ends it. */
export function watchPlaceNames(): () => void {
  return effect(() => void loadPlaceNames(locale.value));
}

export async function loadPlaceNames(language: Language): Promise<void> {
  const list = LISTS[language];
  if (list === undefined || loaded.peek()[language] !== undefined) return;
  const { places } = await list();
  loaded.value = { ...loaded.peek(), [language]: places };
}

/** The state's name in the present language; until it is there, and where there is none, the English one. */
export function stateName(state: Region): string {
  return loaded.value[locale.value]?.[state.code]?.name ?? englishName(state);
}

export function districtName(district: Region, state: string | undefined): string {
  const districts = state === undefined ? undefined : loaded.value[locale.value]?.[state]?.districts;
  return districts?.[district.code] ?? englishName(district);
}

/** `Bengaluru (Bangalore) Urban` → `Bengaluru Urban`: what stands in parentheses is another name. */
function englishName({ name }: Region): string {
  return name
    .replaceAll("&amp;", "&")
    .replace(/\s*\([^)]*\)/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
