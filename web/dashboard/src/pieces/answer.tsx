import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Known } from "../gateway/asked.ts";
import { shellWords } from "../shell/words.ts";
import { Trouble } from "./trouble.tsx";

export interface AnswerProps<T> {
  readonly to: ReadonlySignal<Known<T>>;
  readonly onRetry: () => void;
  readonly children: (value: T) => ComponentChildren;
}

/** What was asked for, as far as it is known: loading, trouble, and the value, which stays through both. */
export function Answer<T>({ to, onRetry, children }: AnswerProps<T>) {
  const known = to.value;
  return (
    <>
      {known.state === "failed" && <Trouble error={known.error} onRetry={onRetry} />}
      {known.value === undefined ? known.state === "asking" && <Loading /> : children(known.value)}
    </>
  );
}

export function Loading() {
  return (
    <p class="loading" role="status">
      {shellWords().loading}
    </p>
  );
}
