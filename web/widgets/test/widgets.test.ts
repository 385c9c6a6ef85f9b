import { LANGUAGES } from "@aarohan/kit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mountCoverage } from "../src/coverage-view.tsx";
import { mountDetection } from "../src/detection-view.tsx";
import { mountFollowUp } from "../src/follow-up-view.tsx";
import { mountReferrals } from "../src/referrals-view.tsx";
import { hosted } from "../src/shadow-styles.ts";
import { en } from "../src/words.en.ts";
import { hi } from "../src/words.hi.ts";
import { kn } from "../src/words.kn.ts";
import { answerFetch, GATEWAY, htmlOf, placed, refusal, reportOf, settled, textOf } from "./widget-page.ts";

const WHOLE = reportOf([{ all: 1000, of: 800, in: 100 }]);
const PLACES = reportOf([
  { region: "Karnataka", all: 600, of: 500, in: 70 },
  { region: "Kerala", all: 400, of: 300, in: 30 },
]);
const rows = ({ url }: { url: URL }) =>
  new Response(url.searchParams.get("group") === "none" ? WHOLE : PLACES);

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-02-01T00:00:00Z") });
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a public widget", () => {
  it("asks the gateway without a token, for the whole and its places", async () => {
    const asked = answerFetch(rows);
    await placed(mountDetection, { period: "2025", measure: "lesion-positivity" });
    expect(asked.map(({ url }) => url.href)).toEqual([
      `${GATEWAY}/embed/reports/detection?measure=lesion-positivity&period=2025&group=none`,
      `${GATEWAY}/embed/reports/detection?measure=lesion-positivity&period=2025&group=state`,
    ]);
    expect(asked.map(({ authorization }) => authorization)).toEqual([null, null]);
  });

  it("shows value, numerator, denominator, period, freshness and definition", async () => {
    answerFetch(rows);
    const text = textOf(await placed(mountDetection));
    for (const shown of ["12.5", "100 of 800", "2025", "1 Feb 2026", "2026-01-31/1", "14.0", "Karnataka"]) {
      expect(text).toContain(shown);
    }
    expect(text).toContain(en.definitions["suspicious-rate"]);
  });

  it("has a table of the same rows", async () => {
    answerFetch(rows);
    const element = await placed(mountDetection);
    element.shadowRoot?.querySelector<HTMLButtonElement>("button[aria-pressed]")?.click();
    await settled();
    const cells = [...(element.shadowRoot?.querySelectorAll("tbody tr") ?? [])].map((row) => row.textContent);
    expect(cells).toEqual(["Karnataka14.0\u00a0%70500", "Kerala10.0\u00a0%30300"]);
  });

  it("asks once where several attributes change at once, and not at all for a look", async () => {
    const asked = answerFetch(rows);
    const element = await placed(mountReferrals);
    element.setAttribute("region", "Karnataka");
    element.setAttribute("period", "2024");
    await settled();
    element.setAttribute("theme", "dark");
    await settled();
    expect(asked.map(({ url }) => url.search)).toEqual([
      "?measure=referral-rate&group=none",
      "?measure=referral-rate&region=Karnataka&period=2024&group=state",
    ]);
  });

  it("speaks its own language", async () => {
    answerFetch(rows);
    const element = await placed(mountDetection, { lang: "kn" });
    expect(textOf(element)).toContain(kn.definitions["suspicious-rate"]);
    element.setAttribute("lang", "hi");
    await settled();
    expect(textOf(element)).toContain(hi.definitions["suspicious-rate"]);
  });

  it("speaks the language of what it stands in, and goes along with it", async () => {
    answerFetch(rows);
    const element = await placed(mountDetection, { lang: "kn" });
    const part = document.createElement("section");
    part.lang = "hi-IN";
    document.body.append(part);
    element.removeAttribute("lang");
    part.append(element);
    await settled();
    expect(textOf(element)).toContain(hi.definitions["suspicious-rate"]);
    part.lang = "en";
    await settled();
    expect(textOf(element)).toContain(en.definitions["suspicious-rate"]);
  });

  it("keeps its language beside one in another, whichever of them is drawn again", async () => {
    answerFetch(rows);
    const hindi = await placed(mountDetection, { lang: "hi" });
    const kannada = await placed(mountDetection, { lang: "kn" }, undefined, "beside");
    hindi.shadowRoot?.querySelector<HTMLButtonElement>("button[aria-pressed]")?.click();
    await settled();
    kannada.shadowRoot?.querySelector("g[role=img]")?.dispatchEvent(new Event("pointerenter"));
    await settled();
    const readout = kannada.shadowRoot?.querySelector(".readout")?.textContent;
    expect(readout).toMatch(/^ಕರ್ನಾಟಕ: 14\.0\u00a0% \(500 ರಲ್ಲಿ 70\)$/);
    expect(hindi.shadowRoot?.querySelector("thead")?.textContent).toBe("स्थानमानअंशहर");
    expect(textOf(hindi)).toContain("कर्नाटक");
    expect(textOf(hindi)).not.toMatch(/\p{Script=Kannada}/u);
    expect(textOf(kannada)).not.toMatch(/\p{Script=Devanagari}/u);
    expect([hindi, kannada].map(({ shadowRoot }) => shadowRoot?.querySelector("section")?.lang)).toEqual([
      "hi",
      "kn",
    ]);
  });

  it("has one style sheet, adopted, and no inline style", async () => {
    answerFetch(rows);
    const html = htmlOf(await placed(mountCoverage));
    expect(html).not.toMatch(/<style|style=|<link/);
  });
});

describe("what is not told", () => {
  it("is hatched, says why, and its number is nowhere in the shadow", async () => {
    answerFetch(
      ({ url }) =>
        new Response(
          url.searchParams.get("group") === "none"
            ? reportOf([{ all: 1000, of: 800, in: 100 }])
            : reportOf([
                { region: "Karnataka", all: 600, of: 500, in: 93 },
                { region: "Kerala", all: "masked", of: "masked", in: "masked" },
              ]),
        ),
    );
    const element = await placed(mountDetection);
    const html = htmlOf(element);
    expect(html).toContain("hatched");
    expect(textOf(element)).toContain("fewer than 11 people");
    // What the whole less Karnataka would be: 400 people, 300 of them reviewed, 7 of them with a lesion.
    expect(textOf(element)).not.toMatch(/\b(?:400|300|7)\b/);
    const mark = element.shadowRoot?.querySelectorAll("g[role=img]")[1];
    expect(mark?.getAttribute("aria-label")).toMatch(/^Kerala: Not told/);
  });

  it.each([
    ["coverage", mountCoverage],
    ["referrals", mountReferrals],
    ["follow-up", mountFollowUp],
  ])("is not told in %s either", async (_, mount) => {
    answerFetch(() => new Response(reportOf([{ all: "masked", of: "masked", in: "masked" }])));
    const element = await placed(mount);
    expect(textOf(element)).toContain("not told");
    expect(textOf(element)).toContain("Not told");
  });
});

describe("a widget without numbers", () => {
  it("waits", async () => {
    answerFetch(() => new Promise<Response>(() => {}));
    const element = await placed(mountDetection);
    expect(element.shadowRoot?.querySelector("[role=status] .visually-hidden")?.textContent).toBe(
      "Loading …",
    );
  });

  it("says that nobody is counted", async () => {
    answerFetch(() => new Response(reportOf([{ all: 0, of: 0, in: 0 }])));
    expect(textOf(await placed(mountReferrals))).toContain("Nobody is counted here.");
  });

  it("says that it is not for a page whose origin is refused: the browser hides the refusal, but the script is there", async () => {
    answerFetch(({ url }) => {
      if (url.pathname === "/embed/widgets.js") return new Response("");
      throw new TypeError("Failed to fetch");
    });
    expect(textOf(await placed(mountDetection))).toContain(en.troubles.refused.title);
  });

  it("says that there is no connection, and asks again when it is back", async () => {
    let isThere = false;
    answerFetch((asked) => {
      if (!isThere) throw new TypeError("Failed to fetch");
      return rows(asked);
    });
    const element = await placed(mountDetection);
    expect(textOf(element)).toContain(en.troubles.offline.title);
    isThere = true;
    window.dispatchEvent(new Event("online"));
    await settled();
    expect(textOf(element)).toContain("100 of 800");
  });

  it.each([
    [refusal(404, "resource-not-found"), en.troubles["not-released"].title],
    [refusal(403, "embed-not-granted"), en.troubles.refused.title],
    [refusal(400, "table-undeclared"), en.troubles["not-published"].title],
    [refusal(429, "rate-limited"), en.troubles.busy.title],
    [refusal(500, "internal"), en.troubles.failed.title],
    [new Response("<html>"), en.troubles.failed.title],
  ])("says why: %#", async (response, title) => {
    answerFetch(() => response.clone());
    expect(textOf(await placed(mountDetection))).toContain(title);
  });

  it("does not ask for a Measure that it does not have", async () => {
    const asked = answerFetch(rows);
    expect(textOf(await placed(mountReferrals, { measure: "lesion-positivity" }))).toContain(
      en.troubles["no-measure"].title,
    );
    expect(asked).toEqual([]);
  });
});

describe("a private widget", () => {
  const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();

  it("waits for getToken, and asks nothing without it", async () => {
    const asked = answerFetch(rows);
    const element = await placed(mountReferrals, { private: "" });
    expect(asked).toEqual([]);
    element.getToken = async () => ({ token: "first", expiresAt: minutes(5) });
    await settled();
    expect(asked.map(({ authorization }) => authorization)).toEqual(["Bearer first"]);
  });

  it("gets a new token before the last one ends, and asks with it; none is ever in an address", async () => {
    const asked = answerFetch(rows);
    let given = 0;
    const getToken = vi.fn(async () => {
      given += 1;
      return { token: `token-${given}`, expiresAt: minutes(5) };
    });
    await placed(mountReferrals, { private: "" }, getToken);
    expect(getToken).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(getToken).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(getToken).toHaveBeenCalledTimes(2);
    expect(asked.map(({ authorization }) => authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
    expect(asked.map(({ url }) => url.href).join()).not.toContain("token");
  });

  it("gets another one where the gateway says that its own has expired", async () => {
    let given = 0;
    const asked = answerFetch((one) =>
      one.authorization === "Bearer token-1" ? refusal(403, "embed-token-expired") : rows(one),
    );
    const element = await placed(mountReferrals, { private: "" }, async () => {
      given += 1;
      return { token: `token-${given}`, expiresAt: minutes(5) };
    });
    expect(asked).toHaveLength(2);
    expect(textOf(element)).toContain("1,000");
  });

  it("says that the page has no valid token, where the next one has expired, too", async () => {
    const asked = answerFetch(() => refusal(403, "embed-token-expired"));
    const element = await placed(mountReferrals, { private: "" }, async () => ({
      token: "kept-too-long",
      expiresAt: minutes(5),
    }));
    expect(asked).toHaveLength(2);
    expect(textOf(element)).toContain(en.troubles["no-token"].title);
  });

  it("keeps its numbers while the page has no next token, and says that they are not fresh", async () => {
    answerFetch(rows);
    let given = 0;
    const element = await placed(mountReferrals, { private: "" }, async () => {
      given += 1;
      if (given > 1) throw new Error("the host's server is away");
      return { token: "first", expiresAt: minutes(5) };
    });
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(textOf(element)).toContain("1,000");
    expect(textOf(element)).toContain(en.notFresh);
  });

  it("asks no more when it has left the page", async () => {
    answerFetch(rows);
    const getToken = vi.fn(async () => ({ token: "first", expiresAt: minutes(5) }));
    const element = await placed(mountReferrals, { private: "" }, getToken);
    element.remove();
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect(getToken).toHaveBeenCalledTimes(1);
  });
});

describe("words and style", () => {
  it("have every sentence in every language", () => {
    const lists = { en, hi, kn };
    const sentences = (list: unknown): string[] =>
      typeof list === "string" ? [list] : Object.values(Object(list)).flatMap(sentences);
    for (const language of LANGUAGES) expect(sentences(lists[language])).toHaveLength(sentences(en).length);
    for (const text of sentences(hi)) expect(text).toMatch(/\p{Script=Devanagari}/u);
    for (const text of sentences(kn)) expect(text).toMatch(/\p{Script=Kannada}/u);
  });

  it("say of the host what a page says of its root", () => {
    expect(hosted(':root { a: b } :root[data-theme="dark"] { c: d } :root[data-theme] { e: f }')).toBe(
      ':host { a: b } :host([theme="dark"]) { c: d } :host([theme]) { e: f }',
    );
  });
});
