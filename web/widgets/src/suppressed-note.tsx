import { kitWords, type Shown, SUPPRESSED_LABEL } from "@aarohan/kit";

/** Why something is not told, where something that is drawn is not. */
export function SuppressedNote({ values }: { readonly values: readonly (Shown | undefined)[] }) {
  if (!values.includes("suppressed")) return null;
  return <p class="hint">{`${SUPPRESSED_LABEL}: ${kitWords().suppressedReason}`}</p>;
}
