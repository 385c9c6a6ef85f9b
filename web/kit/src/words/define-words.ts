import type { Language } from "../language.ts";
import { spokenLanguage } from "../own-language.ts";

/** What a word list holds: text, text made of values, or a list of the same. */
export type Wording = string | ((...values: never[]) => string) | { readonly [key: string]: Wording };

/**
 * The words of one area. English sets the type (`export type PageWords = typeof en`), the other lists are declared to be of it:
 * a missing or a surplus key does not compile. The function gives the list of the present language; a component that calls it
 * is drawn anew when the language changes.
 */
export function defineWords<Words extends { readonly [key: string]: Wording }>(
  lists: Readonly<Record<Language, Words>>,
): () => Words {
  return function words() {
    return lists[spokenLanguage()];
  };
}
