import { kitWords } from "@aarohan/kit";
import { signal } from "@preact/signals";
import { indicatorWords } from "./words.ts";

/** Parts of the page that wait for numbers, and those of them that wait until they have been counted. */
const waiting = signal(0);
const counting = signal(0);
const hasWaited = signal(false);

/** As long as a part waits. Returns what ends it. */
export function waitHere(isCounting: boolean): () => void {
  const counted = isCounting ? 1 : 0;
  waiting.value += 1;
  counting.value += counted;
  hasWaited.value = true;
  return () => {
    waiting.value -= 1;
    counting.value -= counted;
  };
}

/** Says once for all parts that numbers are waited for, and that they have come. */
export function WaitingSaid() {
  return (
    <p class="visually-hidden" role="status">
      {saying()}
    </p>
  );
}

function saying(): string {
  if (counting.value > 0) return indicatorWords().wait;
  if (waiting.value > 0) return kitWords().loading;
  return hasWaited.value ? indicatorWords().arrived : "";
}
