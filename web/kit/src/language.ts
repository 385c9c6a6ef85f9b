import { signal } from "@preact/signals";

export const LANGUAGES = ["en", "hi", "kn"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  hi: "हिन्दी",
  kn: "ಕನ್ನಡ",
};

/** The language of everything that is shown. Components that read words are drawn anew when it changes. */
export const locale = signal<Language>("en");

export function isLanguage(text: string | null | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** Says it to the document too: hyphens, fonts and screen readers go by `lang`. */
export function setLanguage(language: Language, root: { lang: string } = document.documentElement): void {
  locale.value = language;
  root.lang = language;
}

/** The first of the browser's languages (`hi-IN`) that there is. Default: English. */
export function preferredLanguage(languages: readonly string[]): Language {
  return languages.map((tag) => tag.split("-")[0]?.toLowerCase()).find(isLanguage) ?? "en";
}
