import { signal } from "@preact/signals";
import { isVisible } from "./visibility.ts";

/** The time in milliseconds since 1970, told each second while somebody looks. */
export const clock = signal(Date.now());

export function startClock(): void {
  setInterval(() => {
    if (isVisible.peek()) clock.value = Date.now();
  }, 1000);
}
