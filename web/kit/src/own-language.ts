import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Language, locale } from "./language.ts";

/** The language of a part of a page that has one of its own. Without a provider, the page's is everybody's. */
export const OwnLanguage = createContext<Language | undefined>(undefined);

let own: Language | undefined;

/**
 * For each component that is drawn again by itself, before it reads a word: between two drawings of its part, another part may have
 * been drawn, in another language.
 */
export function useOwnLanguage(): void {
  own = useContext(OwnLanguage);
}

/** The language of what is being drawn. A component that reads it is drawn anew when the page's language changes. */
export function spokenLanguage(): Language {
  return own ?? locale.value;
}
