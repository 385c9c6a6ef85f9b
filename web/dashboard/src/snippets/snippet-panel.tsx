import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { ScrollRegion } from "../pieces/scroll-region.tsx";
import type { SnippetLanguage, Snippets } from "./snippets.ts";
import { snippetWords } from "./words.ts";

const NAMES: readonly (readonly [SnippetLanguage, string])[] = [
  ["curl", "curl"],
  ["pandas", "pandas"],
  ["r", "R"],
  ["duckdb", "DuckDB"],
];

interface SnippetPanelProps {
  readonly snippets: Partial<Snippets>;
  /** What they get, where a page has several. */
  readonly of?: string;
}

/** Lines to copy that get what is shown; folded up until somebody wants them. */
export function SnippetPanel({ snippets, of }: SnippetPanelProps) {
  const words = snippetWords();
  const shown = NAMES.filter(([language]) => snippets[language] !== undefined);
  const chosen = useSignal<SnippetLanguage>("curl");
  const text = snippets[chosen.value] ?? "";
  return (
    <details class="snippets">
      <summary>
        {words.title}
        {of !== undefined && <span class="visually-hidden">{`: ${of}`}</span>}
      </summary>
      <fieldset class="choices actions">
        <legend class="visually-hidden">{words.languages}</legend>
        <Choices
          names={shown}
          chosen={chosen.value}
          onChoose={(language) => {
            chosen.value = language;
          }}
        />
      </fieldset>
      <ScrollRegion label={words.title}>
        <pre>{text}</pre>
      </ScrollRegion>
      <p class="cluster">
        <CopyButton key={text} text={text} />
        <span class="hint">{words.note}</span>
      </p>
    </details>
  );
}

interface ChoicesProps {
  readonly names: readonly (readonly [SnippetLanguage, string])[];
  readonly chosen: SnippetLanguage;
  readonly onChoose: (language: SnippetLanguage) => void;
}

function Choices({ names, chosen, onChoose }: ChoicesProps) {
  const group = useId();
  return (
    <>
      {names.map(([language, name]) => (
        <label key={language} class="choice">
          <input
            type="radio"
            name={group}
            checked={language === chosen}
            onChange={() => onChoose(language)}
          />
          {name}
        </label>
      ))}
    </>
  );
}

export function CopyButton({ text }: { readonly text: string }) {
  const words = snippetWords();
  const isCopied = useSignal(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    isCopied.value = true;
  }
  return (
    <button type="button" class="button" onClick={copy} aria-live="polite">
      {isCopied.value ? words.copied : words.copy}
    </button>
  );
}
