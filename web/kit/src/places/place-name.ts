import { effect, signal } from "@preact/signals";
import { type Language, locale } from "../language.ts";
import { spokenLanguage } from "../own-language.ts";
import type { Region } from "../rows/indicator-rows.ts";
import type { DistrictNames } from "./place-names.ts";
import { stateNames } from "./state-names.ts";

/** English is what reports say themselves. */
const LISTS: Partial<Readonly<Record<Language, () => Promise<{ readonly districts: DistrictNames }>>>> = {
  hi: () => import("./districts.hi.ts"),
  kn: () => import("./districts.kn.ts"),
};

const loaded = signal<Partial<Readonly<Record<Language, DistrictNames>>>>({});

/** Gets the names of districts in the present language, and in each that is chosen later. Returns what ends it. */
export function watchDistrictNames(): () => void {
  return effect(() => void loadDistrictNames(locale.value));
}

export async function loadDistrictNames(language: Language): Promise<void> {
  const list = LISTS[language];
  if (list === undefined || loaded.peek()[language] !== undefined) return;
  const { districts } = await list();
  loaded.value = { ...loaded.peek(), [language]: districts };
}

/** The state's name in the present language; where there is none, the English one. */
export function stateName(state: Region): string {
  return stateNames()[state.code] ?? englishName(state);
}

/** Until the names are there, and where there is none, the English one. */
export function districtName(district: Region, state: string | undefined): string {
  const districts = state === undefined ? undefined : loaded.value[spokenLanguage()]?.[state];
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
