import { isLanguage, isTheme, LANGUAGE_NAMES, LANGUAGES, locale, THEMES } from "@aarohan/kit";
import { chooseLanguage, chooseTheme, theme } from "./preferences.ts";
import { shellWords } from "./words.ts";

/** Language and appearance: remembered in the browser. */
export function PreferenceChoices() {
  return (
    <div class="preferences">
      <LanguageChoice />
      <ThemeChoice />
    </div>
  );
}

function LanguageChoice() {
  return (
    <label>
      <span class="visually-hidden">{shellWords().language}</span>
      <select
        value={locale.value}
        onChange={({ currentTarget }) => {
          if (isLanguage(currentTarget.value)) chooseLanguage(currentTarget.value);
        }}
      >
        {LANGUAGES.map((known) => (
          <option key={known} value={known} lang={known}>
            {LANGUAGE_NAMES[known]}
          </option>
        ))}
      </select>
    </label>
  );
}

function ThemeChoice() {
  const words = shellWords();
  const names = { system: words.themeSystem, light: words.themeLight, dark: words.themeDark };
  return (
    <label>
      <span class="visually-hidden">{words.theme}</span>
      <select
        value={theme.value}
        onChange={({ currentTarget }) => {
          if (isTheme(currentTarget.value)) chooseTheme(currentTarget.value);
        }}
      >
        {THEMES.map((known) => (
          <option key={known} value={known}>
            {names[known]}
          </option>
        ))}
      </select>
    </label>
  );
}
