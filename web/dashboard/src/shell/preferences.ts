import {
  isLanguage,
  isTheme,
  type Language,
  preferredLanguage,
  setLanguage,
  setTheme,
  type Theme,
} from "@aarohan/kit";
import { signal } from "@preact/signals";

const LANGUAGE = "aarohan-language";
const THEME = "aarohan-theme";

/** The appearance that was chosen. */
export const theme = signal<Theme>("system");

/** As chosen before; without a choice the browser's language, and the device's appearance. */
export function restorePreferences(): void {
  const language = localStorage.getItem(LANGUAGE);
  setLanguage(isLanguage(language) ? language : preferredLanguage(navigator.languages));
  const remembered = localStorage.getItem(THEME);
  if (isTheme(remembered)) showTheme(remembered);
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(LANGUAGE, language);
  setLanguage(language);
}

export function chooseTheme(next: Theme): void {
  localStorage.setItem(THEME, next);
  showTheme(next);
}

function showTheme(next: Theme): void {
  theme.value = next;
  setTheme(next);
}
