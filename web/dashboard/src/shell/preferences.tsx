import { chooseLanguage, LANGUAGES, type Language, language } from "../words/languages.ts";
import { chooseTheme, THEMES, theme } from "./theme.ts";
import { shellWords } from "./words.ts";

/** Each language by its own name. */
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", hi: "हिन्दी", kn: "ಕನ್ನಡ" };

/** Language and appearance: remembered in the browser. */
export function Preferences() {
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
      <span class="visually-hidden">{shellWords.value.language}</span>
      <select
        value={language.value}
        onChange={({ currentTarget }) => {
          const chosen = LANGUAGES.find((known) => known === currentTarget.value);
          if (chosen !== undefined) chooseLanguage(chosen);
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
  const words = shellWords.value;
  const names = { system: words.themeSystem, light: words.themeLight, dark: words.themeDark };
  return (
    <label>
      <span class="visually-hidden">{words.theme}</span>
      <select
        value={theme.value}
        onChange={({ currentTarget }) => {
          const chosen = THEMES.find((known) => known === currentTarget.value);
          if (chosen !== undefined) chooseTheme(chosen);
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
