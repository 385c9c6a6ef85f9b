// @vitest-environment happy-dom
import { setLanguage } from "@aarohan/kit";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readChoice } from "../src/embedding/embed-choice.ts";
import { WidgetPreview } from "../src/embedding/widget-preview.tsx";
import { loadWidgetScript } from "../src/embedding/widget-script.ts";
import { chooseTheme } from "../src/shell/preferences.ts";

vi.mock("../src/embedding/widget-script.ts", () => ({ loadWidgetScript: vi.fn(async () => {}) }));

interface Asked {
  readonly path: string;
  readonly method: string | undefined;
  readonly body: unknown;
}

let asked: Asked[] = [];
beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    asked.push({ path, method: init?.method, body: JSON.parse(String(init?.body)) });
    return Response.json({ token: "of-this-page", expiresAt: "2026-01-01T00:10:00Z" });
  });
});
afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
  setLanguage("en");
});

function shown(query: string): HTMLElement {
  act(() => render(<WidgetPreview choice={readChoice(new URLSearchParams(query))} />, document.body));
  const element = document.body.querySelector<HTMLElement>("div > *");
  if (element === null) throw new Error("no element is shown");
  return element;
}

describe("the preview", () => {
  it("is the element that a page would have", () => {
    const element = shown("widget=detection&measure=lesion-positivity&region=Karnataka&period=2025");
    expect(element.outerHTML).toBe(
      '<aarohan-detection private="" lang="en" measure="lesion-positivity" region="Karnataka" period="2025"></aarohan-detection>',
    );
    expect(loadWidgetScript).toHaveBeenCalled();
  });

  it("has tokens for this page's own origin, and for what is chosen alone", async () => {
    const element = shown("widget=follow-up&region=Bihar&origin=https://health.example");
    expect(await Object(element).getToken()).toEqual({
      token: "of-this-page",
      expiresAt: "2026-01-01T00:10:00Z",
    });
    expect(asked).toEqual([
      {
        path: "/embed/tokens",
        method: "POST",
        body: {
          widget: "follow-up",
          measure: "follow-up-completion",
          region: "Bihar",
          origin: location.origin,
        },
      },
    ]);
  });

  it("is another element when another is chosen, and another language and look when the page has them", () => {
    const first = shown("widget=coverage");
    expect(shown("widget=coverage&origin=https://health.example")).toBe(first);
    expect(shown("widget=referrals").localName).toBe("aarohan-referrals");
    act(() => setLanguage("kn"));
    expect(document.body.querySelector("aarohan-referrals")?.getAttribute("lang")).toBe("kn");
    act(() => chooseTheme("dark"));
    expect(document.body.querySelector("aarohan-referrals")?.getAttribute("theme")).toBe("dark");
    act(() => chooseTheme("system"));
    expect(document.body.querySelector("aarohan-referrals")?.hasAttribute("theme")).toBe(false);
  });

  it("says so where the script is not there, and asks for it again", async () => {
    vi.mocked(loadWidgetScript).mockRejectedValueOnce(new TypeError("Failed to fetch"));
    shown("widget=coverage");
    await vi.waitFor(() => expect(document.body.querySelector("[role=alert]")).not.toBeNull());
    act(() => document.body.querySelector<HTMLButtonElement>("[role=alert] button")?.click());
    await vi.waitFor(() => expect(document.body.querySelector("[role=alert]")).toBeNull());
  });
});
