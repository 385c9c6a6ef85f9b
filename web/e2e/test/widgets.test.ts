import type { BrowserContext, Page, Request } from "playwright-core";
import { afterEach, describe, expect, inject, it } from "vitest";
import { axeViolations } from "../src/accessibility.ts";
import { embedToken } from "../src/embed-token.ts";
import { type ForeignPage, startForeignPage } from "../src/foreign-page.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

const gateway = inject("origin");
const host = inject("host");
const SCRIPT = `<script type="module" src="${gateway}/embed/widgets.js"></script>`;
const PRIVATE = { widget: "follow-up", measure: "follow-up-completion", region: "Karnataka" } as const;
const GET_TOKEN = `for (const widget of document.querySelectorAll("[private]"))
  widget.getToken = async () => (await fetch("/widget-token", { method: "POST" })).json();`;
const REFUSED = "This figure is not for this page.";

const opened: (Visitor | ForeignPage)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** Somebody who is signed in at the gateway, too: of that, pages of others learn nothing. */
async function arrive(person: "asha" | undefined = "asha"): Promise<Visitor> {
  const someone = await visitor(person);
  opened.push(someone);
  return someone;
}

async function foreignPage(
  options: Omit<Parameters<typeof startForeignPage>[0], "gateway">,
): Promise<ForeignPage> {
  const page = await startForeignPage({ gateway, ...options });
  opened.push(page);
  return page;
}

interface Asked {
  readonly url: string;
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
}

/** What is asked of the gateway from now on. */
function askedOf(context: BrowserContext): Promise<Asked>[] {
  const asked: Promise<Asked>[] = [];
  context.on("request", (request) => {
    if (!request.url().startsWith(gateway)) return;
    const one = askedBy(request);
    // Of what is asked while the page is closed nobody looks at the headers any more.
    one.catch(() => undefined);
    asked.push(one);
  });
  return asked;
}

async function askedBy(request: Request): Promise<Asked> {
  const { cookie, authorization } = await request.allHeaders();
  return { url: request.url(), cookie, authorization };
}

function tokensOf(all: readonly Asked[]): string[] {
  return all.flatMap(({ authorization }) => authorization?.replace("Bearer ", "") ?? []);
}

describe("public widgets of a page of another site", () => {
  it("are shown, without a cookie, under a policy that allows nothing inline", async () => {
    const { page, context, faults } = await arrive();
    const asked = askedOf(context);
    const response = await page.goto(host);
    expect(response?.headers()["content-security-policy"]).not.toMatch(/unsafe-|\*|data:|blob:/);
    await page
      .locator("aarohan-coverage")
      .getByRole("group", { name: /^Screening coverage\./ })
      .waitFor();
    await page.locator("aarohan-detection").getByText("Lesion positivity").waitFor();
    await page
      .locator("aarohan-referrals")
      .getByRole("img", { name: /^Referred: [\d,]+/ })
      .waitFor();
    await expect.poll(() => page.locator("aarohan-coverage .figure").textContent()).toMatch(/^\d+\.\d\s%$/);
    // The private one asks last: its page has to have a token first.
    await expect.poll(async () => tokensOf(await Promise.all(asked)).length).toBeGreaterThan(0);
    const all = await Promise.all(asked);
    expect(all.filter(({ url }) => url.includes("/embed/reports/")).length).toBeGreaterThan(4);
    expect(all.filter(({ cookie }) => cookie !== undefined)).toEqual([]);
    const tokens = tokensOf(all);
    for (const { url } of all) for (const token of tokens) expect(url).not.toContain(token.slice(0, 20));
    // One figure of the page is not published for it, and the browser tells of that alone.
    for (const fault of faults) expect(fault).toMatch(/follow-up-outcome|net::ERR_FAILED/);
    expect(await axeViolations(page)).toEqual([]);
  });

  it("speak each its own language, and keep it when another is drawn again", async () => {
    const { page } = await arrive(undefined);
    await page.goto(host);
    await page.evaluate(() => {
      document.querySelector("aarohan-coverage")?.setAttribute("lang", "hi");
      document.querySelector("aarohan-referrals")?.setAttribute("lang", "kn");
    });
    const [hindi, kannada] = [page.locator("aarohan-coverage"), page.locator("aarohan-referrals")];
    await hindi.getByRole("heading", { name: "जाँच कवरेज" }).waitFor();
    await kannada.getByRole("heading", { name: "ರೆಫರಲ್ ದರ" }).waitFor();
    await kannada.getByRole("button", { name: "ಕೋಷ್ಟಕ" }).click();
    await page.setViewportSize({ width: 500, height: 900 });
    await hindi.getByRole("img", { name: /^कर्नाटक: / }).hover();
    await expect.poll(() => hindi.locator(".readout").textContent()).toMatch(/^कर्नाटक: .* में से /);
    expect(await kannada.getByRole("columnheader").allTextContents()).toEqual(["ಹಂತ", "ಮೌಲ್ಯ"]);
    await page.locator("aarohan-detection").getByRole("button", { name: "Table" }).waitFor();
    for (const [widget, other] of [
      [hindi, /\p{Script=Kannada}/u],
      [kannada, /\p{Script=Devanagari}/u],
    ] as const)
      expect(await widget.locator(".widget").textContent()).not.toMatch(other);
  });
});

describe("a private widget", () => {
  it("is shown by getToken(), and has its next token before the last one ends, without a flicker", async () => {
    let given = 0;
    const own = await foreignPage({
      body: () => `${SCRIPT}<aarohan-follow-up private region="Karnataka"></aarohan-follow-up>`,
      script: GET_TOKEN,
      async token(origin) {
        given += 1;
        const answer = await embedToken(
          { origin: gateway, tokenUrl: inject("tokenUrl") },
          { ...PRIVATE, origin, minutes: 1 + given },
        );
        // The page says that it ends in three seconds: then it is renewed after two.
        return JSON.stringify({
          ...JSON.parse(answer),
          expiresAt: new Date(Date.now() + 3000).toISOString(),
        });
      },
    });
    const { page, context, faults } = await arrive();
    const asked = askedOf(context);
    await page.goto(own.origin);
    const widget = page.locator("aarohan-follow-up");
    await widget.getByText(/ of \d+$/).waitFor();
    await page.evaluate(watchForGaps);
    const tokensSeen = async () => {
      const all = await Promise.all(asked);
      return new Set(all.flatMap(({ authorization }) => authorization ?? []));
    };
    await expect.poll(async () => (await tokensSeen()).size, { timeout: 15_000 }).toBeGreaterThanOrEqual(3);
    expect(await page.evaluate(() => Object(globalThis).gaps)).toBe(0);
    expect(given).toBeGreaterThanOrEqual(3);
    const all = await Promise.all(asked);
    for (const { url, cookie } of all) {
      expect(url).not.toMatch(/[?&]token|eyJ/);
      expect(cookie).toBeUndefined();
    }
    expect(faults).toEqual([]);
  });

  it("says so where the page's token is for another figure, and where the page gives none", async () => {
    const own = await foreignPage({
      body: () =>
        `${SCRIPT}<aarohan-follow-up private region="Karnataka"></aarohan-follow-up><aarohan-detection private></aarohan-detection>`,
      script: `document.querySelector("aarohan-follow-up").getToken = async () =>
          (await fetch("/widget-token", { method: "POST" })).json();
        document.querySelector("aarohan-detection").getToken = async () => { throw new Error("not now"); };`,
      token: (origin) =>
        embedToken(
          { origin: gateway, tokenUrl: inject("tokenUrl") },
          { ...PRIVATE, region: "Bihar", origin, minutes: 1 },
        ),
    });
    const { page } = await arrive();
    await page.goto(own.origin);
    await page.locator("aarohan-follow-up").getByText(REFUSED).waitFor();
    await page.locator("aarohan-detection").getByText("The page gives no valid token.").waitFor();
    expect(await page.locator("aarohan-follow-up .figure").count()).toBe(0);
  });

  it("says so where its token has expired and the page gives the same again", async () => {
    const answer = inject("soonExpired");
    const { expiresAt } = JSON.parse(answer);
    await expect
      .poll(() => Date.now() > Date.parse(expiresAt) + 1000, { timeout: 70_000, interval: 500 })
      .toBe(true);
    const { page } = await arrive();
    const seen: unknown[] = [];
    page.on("response", async (response) => {
      if (!response.url().includes("/embed/reports/follow-up") || response.status() !== 403) return;
      if (response.url().includes("follow-up-completion")) seen.push(await response.json());
    });
    // As a page whose server keeps a token for too long, and believes that it is good.
    await page.route("**/widget-token", (route) =>
      route.fulfill({
        json: { ...JSON.parse(answer), expiresAt: new Date(Date.now() + 60_000).toISOString() },
      }),
    );
    await page.goto(host);
    const widget = page.locator("aarohan-follow-up[private]");
    await widget.getByText("The page gives no valid token.").waitFor();
    await expect.poll(() => JSON.stringify(seen)).toContain("embed-token-expired");
    expect(await widget.locator(".figure").count()).toBe(0);
    expect(await widget.getByRole("button", { name: "Try again" }).isVisible()).toBe(true);
  }, 120_000);
});

describe("a page of an origin that nothing is published for", () => {
  it("gets nothing, with or without the token of another page, and says so in words", async () => {
    const stolen = await embedToken(
      { origin: gateway, tokenUrl: inject("tokenUrl") },
      { ...PRIVATE, origin: host, minutes: 2 },
    );
    const third = await foreignPage({
      body: () =>
        `${SCRIPT}<aarohan-coverage></aarohan-coverage><aarohan-follow-up private region="Karnataka"></aarohan-follow-up>`,
      script: GET_TOKEN,
      token: async () => stolen,
    });
    const { page } = await arrive();
    const bodies: string[] = [];
    page.on("requestfinished", async (request) => {
      if (request.url().includes("/embed/reports/"))
        bodies.push((await (await request.response())?.text()) ?? "");
    });
    await page.goto(third.origin);
    for (const name of ["aarohan-coverage", "aarohan-follow-up"]) {
      const widget = page.locator(name);
      await widget.getByText(REFUSED).waitFor();
      expect(await widget.getByText("not published for the page's address").count()).toBe(1);
      expect(await widget.locator(".figure, .chart, table").count()).toBe(0);
    }
    expect(await readByScript(page, "coverage?measure=screening-coverage&group=none")).toBe("TypeError");
    for (const body of bodies) expect(body).not.toContain("MeasureReport");
  });
});

/** What a script of the page reads there: the text, or the name of what it is refused with. */
function readByScript(page: Page, path: string): Promise<string> {
  return page.evaluate(async (address) => {
    try {
      return await (await fetch(address)).text();
    } catch (error) {
      return error instanceof Error ? error.name : "";
    }
  }, `${gateway}/embed/reports/${path}`);
}

describe("a widget in a frame", () => {
  it("is shown in the page that it is published for", async () => {
    const { page, context } = await arrive();
    const asked = askedOf(context);
    await page.goto(host);
    await page.locator("iframe").scrollIntoViewIfNeeded();
    const frame = page.frameLocator("iframe");
    await frame.getByRole("heading", { name: "Suspicious lesions" }).waitFor();
    await frame.locator(".figure").first().waitFor();
    for (const { url, cookie } of await Promise.all(asked)) {
      if (url.includes("/embed/reports/")) expect(cookie).toBeUndefined();
      expect(url).not.toMatch(/[?&]token|eyJ/);
    }
  });

  it("is shown in no other page", async () => {
    const third = await foreignPage({
      body: () =>
        `<iframe title="Figure" src="${gateway}/embed/frame/detection?measure=suspicious-rate"></iframe>`,
    });
    const { page, faults } = await arrive();
    await page.goto(third.origin);
    await expect.poll(() => faults.join()).toMatch(/frame-ancestors/);
    const [, frame] = page.frames();
    expect(await frame?.locator("aarohan-detection").count()).toBe(0);
  });

  it("is dark to its edges, and in the language of its address", async () => {
    const { page } = await arrive(undefined);
    await page.goto(`${gateway}/embed/frame/detection?measure=suspicious-rate&theme=dark&lang=kn`);
    await page.getByRole("heading", { name: "ಸಂಶಯಾಸ್ಪದ ಗಾಯಗಳು" }).waitFor();
    const root = await page.evaluate(() => {
      const { colorScheme, backgroundColor } = getComputedStyle(document.documentElement);
      return { colorScheme, backgroundColor, language: document.documentElement.lang };
    });
    expect(root).toMatchObject({ colorScheme: "dark", language: "kn" });
    const light = root.backgroundColor.match(/\d+/g)?.slice(0, 3).map(Number) ?? [255];
    expect(Math.max(...light)).toBeLessThan(64);
  });
});

/** Counts the moments from now on in which the figure is not there. */
function watchForGaps(): void {
  const counted = Object.assign(globalThis, { gaps: 0 });
  const root = document.querySelector("aarohan-follow-up")?.shadowRoot;
  const look = () => {
    if (
      root?.querySelector(".figure") === null ||
      root?.querySelector(".waiting-block, .widget-trouble") !== null
    )
      counted.gaps += 1;
    requestAnimationFrame(look);
  };
  look();
}
