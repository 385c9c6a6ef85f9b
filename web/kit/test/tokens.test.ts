// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../src/tokens.css", import.meta.url), "utf8");

/** Name of a colour → light and dark. */
const COLOURS = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, [light, dark] as const],
  ),
);

/** WCAG 2.2 §1.4.3, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string, theme: 0 | 1): number {
  const [a, b] = [one, other].map((name) => luminance(COLOURS.get(name)?.[theme] ?? "")) as [number, number];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const GROUNDS = ["ground", "raised", "sunken"];
const TEXTS = ["ink", "ink-soft", "accent", "good", "bad", "waiting"];
const TEXT_PAIRS = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ...["accent", "good", "bad", "waiting"].map((name) => ["ink", `${name}-soft`] as const),
  ["accent-ink", "accent"] as const,
  ...[1, 2, 3, 4, 5].map((step) => [`step-${step}-ink`, `step-${step}`] as const),
];
const SHAPES = ["line-strong", "series-1", "series-2", "series-3", "series-4", "series-5"];

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("colours of the %s theme", (_, theme) => {
  it.each(TEXT_PAIRS)("let %s be read on %s", (text, ground) => {
    expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SHAPES)("let %s be seen on cards", (shape) => {
    expect(contrast(shape, "raised", theme)).toBeGreaterThanOrEqual(3);
  });

  it("go from little to much in one direction", () => {
    const steps = [1, 2, 3, 4, 5].map((step) => luminance(COLOURS.get(`step-${step}`)?.[theme] ?? ""));
    const sorted = steps.toSorted((a, b) => (theme === 0 ? b - a : a - b));
    expect(steps).toEqual(sorted);
  });
});
