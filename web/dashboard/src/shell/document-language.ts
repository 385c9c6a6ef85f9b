import { effect } from "@preact/signals";
import { language } from "../words/languages.ts";

/** The document says which language it is in, for voices and fonts. */
export function watchLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value;
  });
}
