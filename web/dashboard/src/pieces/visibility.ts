import { signal } from "@preact/signals";

/** Whether somebody can see the page: nothing is asked again for nobody. */
export const isVisible = signal(true);

export function watchVisibility(): void {
  isVisible.value = document.visibilityState === "visible";
  document.addEventListener("visibilitychange", () => {
    isVisible.value = document.visibilityState === "visible";
  });
}
