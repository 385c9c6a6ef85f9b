import type { Language } from "@aarohan/kit";

/** A list that is empty until its language is asked for. */
interface WaitingList {
  readonly name: string;
  readonly list: object;
  /** All lists of the language, by their names. */
  readonly load: () => Promise<Readonly<Record<string, object>>>;
}

/** Of lists that the build has made to be loaded on demand; elsewhere there are none, and all lists are there. */
const waiting: Readonly<Record<Language, WaitingList[]>> = { en: [], hi: [], kn: [] };
const loaded = new Map<Language, Promise<unknown>>();

/**
 * Called by what the build puts in the place of a list: a widget has the words of its own language alone.
 * @public
 */
export function later(language: Language, list: WaitingList): void {
  waiting[language].push(list);
}

/** Resolves when all words of the language are there. */
export async function loadWords(language: Language): Promise<void> {
  const loading = loaded.get(language) ?? Promise.all(waiting[language].map(fill));
  loaded.set(language, loading);
  try {
    await loading;
  } catch (error) {
    loaded.delete(language);
    throw error;
  }
}

async function fill({ name, list, load }: WaitingList): Promise<void> {
  Object.assign(list, (await load())[name]);
}
