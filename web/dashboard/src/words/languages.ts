import { computed, type ReadonlySignal, signal } from "@preact/signals";

export const LANGUAGES = ["en", "hi", "kn"] as const;
export type Language = (typeof LANGUAGES)[number];

const REMEMBERED = "aarohan-language";

/** The language of all words on the page: the chosen one, else the browser's, else English. */
export const language = signal<Language>(firstLanguage());

export function chooseLanguage(next: Language): void {
  language.value = next;
  localStorage.setItem(REMEMBERED, next);
}

/** The words of one part of the pages, in the language of the page. What one language lacks does not compile. */
export function inLanguages<Words extends object>(words: {
  readonly en: Words;
  readonly hi: NoInfer<Words>;
  readonly kn: NoInfer<Words>;
}): ReadonlySignal<Words> {
  return computed(() => words[language.value]);
}

function firstLanguage(): Language {
  const wanted = [globalThis.localStorage?.getItem(REMEMBERED), ...(globalThis.navigator?.languages ?? [])];
  return wanted.flatMap((tag) => LANGUAGES.filter((known) => tag?.startsWith(known)))[0] ?? "en";
}
