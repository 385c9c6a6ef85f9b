export { formatDay, formatInstant, formatMonth } from "./date.ts";
export {
  isLanguage,
  LANGUAGE_NAMES,
  LANGUAGES,
  type Language,
  locale,
  preferredLanguage,
  setLanguage,
} from "./language.ts";
export { formatCompact, formatNumber, formatPercent } from "./number.ts";
export { type PluralForms, plural } from "./plural.ts";
export { isTheme, setTheme, THEMES, type Theme } from "./theme.ts";
export { defineWords, type Wording } from "./words/define-words.ts";
export { kitWords } from "./words/kit-words.ts";
