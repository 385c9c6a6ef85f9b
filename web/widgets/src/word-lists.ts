import type { Language } from "@aarohan/kit";

type LoadList = () => Promise<unknown>;

/** Of lists that the build has made to be loaded on demand; elsewhere there are none, and all lists are there. */
const waiting: Readonly<Record<Language, LoadList[]>> = { en: [], hi: [], kn: [] };
const loaded = new Map<Language, Promise<unknown>>();

/**
 * Called by what the build puts in the place of a list: a widget has the words of its own language alone.
 * @public
 */
export function later(language: Language, load: LoadList): void {
  waiting[language].push(load);
}

/** Resolves when all words of the language are there. */
export async function loadWords(language: Language): Promise<void> {
  const loading = loaded.get(language) ?? Promise.all(waiting[language].map((load) => load()));
  loaded.set(language, loading);
  try {
    await loading;
  } catch (error) {
    loaded.delete(language);
    throw error;
  }
}
