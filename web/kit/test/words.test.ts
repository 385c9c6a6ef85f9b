import { afterEach, describe, expect, it } from "vitest";
import {
  defineWords,
  formatCompact,
  formatDay,
  formatInstant,
  formatMonth,
  formatNumber,
  formatPercent,
  LANGUAGES,
  locale,
  numberOnScale,
  percentOnScale,
  plural,
  preferredLanguage,
  setLanguage,
  setTheme,
} from "../src/index.ts";
import { en } from "../src/words/kit.en.ts";
import { hi } from "../src/words/kit.hi.ts";
import { kn } from "../src/words/kit.kn.ts";

afterEach(() => setLanguage("en"));

describe("words", () => {
  it("are those of the present language", () => {
    const words = defineWords({ en: { yes: "yes" }, hi: { yes: "हाँ" }, kn: { yes: "ಹೌದು" } });
    expect(words().yes).toBe("yes");
    setLanguage("hi");
    expect(words().yes).toBe("हाँ");
    expect(document.documentElement.lang).toBe("hi");
  });

  it("have no text in Hindi or Kannada that is still English", () => {
    for (const [key, english] of Object.entries(en)) {
      if (typeof english !== "string") continue;
      expect(Reflect.get(hi, key), key).toMatch(/\p{Script=Devanagari}/u);
      expect(Reflect.get(kn, key), key).toMatch(/\p{Script=Kannada}/u);
    }
  });

  it("follow the plural rules of their language", () => {
    const forms = { one: "one", other: "other" };
    expect([0, 1, 2].map((count) => plural(count, forms))).toEqual(["other", "one", "other"]);
    locale.value = "hi";
    expect([0, 1, 2].map((count) => plural(count, forms))).toEqual(["one", "one", "other"]);
    expect(plural(1, { other: "other" })).toBe("other");
  });

  it("begin in the first of the browser's languages that there is", () => {
    expect(preferredLanguage(["ta-IN", "kn-IN", "en"])).toBe("kn");
    expect(preferredLanguage(["ta"])).toBe("en");
  });
});

describe("numbers and dates", () => {
  it("have Indian grouping and Latin digits in every language", () => {
    for (const language of LANGUAGES) {
      setLanguage(language);
      expect(formatNumber(1234567.25, 1)).toBe("12,34,567.3");
      expect(formatPercent(0.1234)).toBe("12.3\u00a0%");
      expect(formatCompact(1234567)).toMatch(/^12\.3/);
      expect(formatDay("2025-03-01")).not.toMatch(/[०-९೦-೯]/);
    }
  });

  it.each([
    [0, "0.0"],
    [0.32812, "32.8"],
    [0.01, "1.0"],
    [0.00994, "0.99"],
    [0.00456, "0.46"],
    [0.000123, "0.012"],
    [0.0001, "0.010"],
    [0.0000999, "<\u00a00.01"],
    [0.000001, "<\u00a00.01"],
  ])("have the digits that a share of %d needs, and none of 0 where it is not", (share, text) => {
    expect(formatPercent(share)).toBe(`${text}\u00a0%`);
  });

  it("have the decimals of their scale", () => {
    expect([0, 0.05, 0.1].map((share) => percentOnScale(share, 0.05))).toEqual([
      "0\u00a0%",
      "5\u00a0%",
      "10\u00a0%",
    ]);
    expect(percentOnScale(0.004, 0.08)).toBe("<\u00a01\u00a0%");
    expect(percentOnScale(0.000008, 0.000004)).toBe("0.0008\u00a0%");
    expect([0, 0.5, 1].map((count) => numberOnScale(count, 0.5))).toEqual(["0.0", "0.5", "1.0"]);
  });

  it("are of India, in the words of the language", () => {
    expect(formatDay("2025-03-01")).toBe("1 March 2025");
    expect(formatMonth("2025-03")).toBe("March 2025");
    expect(formatInstant("2025-03-01T20:00:00Z")).toMatch(/2 Mar 2025/);
    setLanguage("kn");
    expect(formatMonth("2025-03")).toContain("ಮಾರ್ಚ್");
    setLanguage("hi");
    expect(formatMonth("2025-03")).toContain("मार्च");
  });
});

describe("the theme", () => {
  it("stands on the document, or is left to the device", () => {
    setTheme("dark");
    expect(document.documentElement.dataset.theme).toBe("dark");
    setTheme("system");
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });
});
