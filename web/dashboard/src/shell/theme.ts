import { effect, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const REMEMBERED = "aarohan-theme";
export const theme = signal<Theme>(rememberedTheme());

export function chooseTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(REMEMBERED, next);
}

/** `data-theme` at the root; without it the system decides. */
export function watchTheme(): void {
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
  });
}

function rememberedTheme(): Theme {
  const remembered = localStorage.getItem(REMEMBERED);
  return THEMES.find((known) => known === remembered) ?? "system";
}
