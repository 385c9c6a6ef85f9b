import type { Shown } from "../rows/cell.ts";
import { kitWords } from "../words/kit-words.ts";

/** Why something is not told, where something that is drawn is not. */
export function SuppressedNote({ values }: { readonly values: readonly (Shown | undefined)[] }) {
  if (!values.includes("suppressed")) return null;
  return (
    <p class="hint">
      <span class="swatch swatch-hatched" aria-hidden="true" /> {kitWords().suppressedReason}
    </p>
  );
}
