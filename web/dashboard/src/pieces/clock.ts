import { signal } from "@preact/signals";

/** The time in milliseconds since 1970, told each second while somebody looks. */
export const clock = signal(Date.now());

export function startClock(): void {
  setInterval(() => {
    if (document.visibilityState === "visible") clock.value = Date.now();
  }, 1000);
}
