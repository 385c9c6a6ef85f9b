import { join } from "node:path";
import { effort } from "@aarohan/devkit";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "../src/accessibility.ts";
import { open, type Person, settled } from "../src/arrival.ts";
import { ARTEFACTS } from "../src/programme.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

interface PageCase {
  readonly name: string;
  readonly person: Person | undefined;
  readonly path: string;
}

const PAGES: readonly PageCase[] = [
  { name: "welcome", person: undefined, path: "/" },
  { name: "playground", person: undefined, path: "/playground" },
  { name: "overview", person: "asha", path: "/overview?period=2025" },
  { name: "coverage", person: "asha", path: "/coverage?period=2025&table=screening-coverage-place" },
  { name: "coverage of a state", person: "asha", path: "/coverage?period=2025&state=karnataka" },
  { name: "detection", person: "asha", path: "/detection?period=2025&indicator=ai-agreement" },
  { name: "referrals", person: "asha", path: "/referrals?period=2025" },
  { name: "exports", person: "asha", path: "/exports" },
  { name: "new export", person: "asha", path: "/exports/new?type=Patient&format=csv" },
  { name: "dictionary", person: "asha", path: "/dictionary" },
  { name: "no page", person: "asha", path: "/nothing-here" },
  { name: "overview of a viewer", person: "vikram", path: "/overview?period=2025" },
  { name: "coverage of a viewer", person: "vikram", path: "/coverage?period=2025&group=district" },
  {
    name: "detection of a viewer",
    person: "vikram",
    path: "/detection?period=2025&indicator=high-risk-rate",
  },
  { name: "referrals of a viewer", person: "vikram", path: "/referrals?period=2025" },
  { name: "dictionary of a provider", person: "prema", path: "/dictionary?type=Observation" },
  { name: "embedding", person: "asha", path: "/embedding?widget=detection&region=Karnataka" },
  { name: "audit", person: "anil", path: "/audit" },
  { name: "settings", person: "anil", path: "/settings" },
];

/** Each page in each language, in each theme and at each width; 320: reflow (WCAG 2.2, 1.4.10). */
const APPEARANCES = [
  { language: "en", theme: "light", width: 1280 },
  { language: "en", theme: "dark", width: 360 },
  { language: "hi", theme: "light", width: 360 },
  { language: "hi", theme: "dark", width: 1280 },
  { language: "kn", theme: "light", width: 320 },
  { language: "kn", theme: "dark", width: 1280 },
] as const;

type Appearance = (typeof APPEARANCES)[number];

/** Letters that a heading of that language has. */
const LETTERS = { en: /[A-Za-z]/, hi: /[\u0900-\u097f]/, kn: /[\u0c80-\u0cff]/ } as const;

/** How many of them each page is looked at in; where that is not all, the next page is looked at in the next ones. */
const LOOKS = effort(APPEARANCES.length);
const CASES = PAGES.map((one, index) => ({
  ...one,
  looks: APPEARANCES.filter(
    (_, at) => (at - index * LOOKS + PAGES.length * APPEARANCES.length) % APPEARANCES.length < LOOKS,
  ),
}));

describe.each(CASES)("$name", ({ name, person, path, looks }) => {
  let someone: Visitor;
  let policy: string;
  beforeAll(async () => {
    someone = await visitor(person);
    policy = await open(someone.page, path);
  });
  afterAll(() => someone.close());

  it.each(looks)("can be read by everybody: $language, $theme, $width px", async (appearance) => {
    const { page } = someone;
    await show(page, appearance);
    const file = [name.replaceAll(" ", "-"), appearance.language, appearance.theme, appearance.width].join(
      "-",
    );
    await page.screenshot({ path: join(ARTEFACTS, `${file}.png`), fullPage: true, animations: "disabled" });
    expect(await page.locator("h1").first().textContent()).toMatch(LETTERS[appearance.language]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await axeViolations(page)).toEqual([]);
  });

  it("is served with a policy that allows nothing inline, and nothing breaks it", () => {
    expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*style-src 'self'/);
    expect(policy).not.toMatch(/unsafe-|\*|data:|blob:/);
    expect(someone.faults).toEqual([]);
  });
});

async function show(page: Page, { language, theme, width }: Appearance): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  const [languages, themes] = [
    ".preferences label:first-child select",
    ".preferences label:last-child select",
  ];
  await page.locator(languages).selectOption(language);
  await page.locator(themes).selectOption(theme);
  await page.waitForFunction(
    ([wanted, look]) => {
      const { lang, dataset } = document.documentElement;
      return lang === wanted && dataset.theme === look;
    },
    [language, theme] as const,
  );
  await settled(page);
}

/** By how many CSS pixels the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(
    () => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth,
  );
}
