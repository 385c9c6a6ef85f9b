// @vitest-environment happy-dom
import { EdgeError } from "@aarohan/contract";
import { operationOutcome } from "@aarohan/fhir";
import { setLanguage } from "@aarohan/kit";
import {
  INDICATORS,
  type Indicator,
  measureReport,
  measureResource,
  type Numbers,
  type Shown,
} from "@aarohan/measures";
import { type ComponentType, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { address } from "../src/address/address.ts";
import { CoveragePage } from "../src/indicators/coverage-page.tsx";
import { DefinitionPage } from "../src/indicators/definition-page.tsx";
import { DetectionPage } from "../src/indicators/detection-page.tsx";
import { OverviewPage } from "../src/indicators/overview-page.tsx";
import { ReferralsPage } from "../src/indicators/referrals-page.tsx";
import { session } from "../src/session/session.ts";
import { routeOf } from "../src/shell/routes.ts";

/** Answers as the gateway does: the states as groups, months and sexes as strata. */
function answer(path: string, hidden: boolean): unknown {
  const query = new URL(path, "http://localhost").searchParams;
  const named = query.get("measure");
  const indicators = INDICATORS.filter(({ id }) => named === null || id === named);
  return {
    resourceType: "Bundle",
    entry: indicators.map((indicator) => ({ resource: reportOf(indicator, query, hidden) })),
  };
}

function reportOf(indicator: Indicator, query: URLSearchParams, hidden: boolean) {
  const numbers = (count: number, isHidden = false): Numbers => {
    const shown = (value: number): Shown => (isHidden ? "suppressed" : value);
    return {
      initial: shown(count),
      denominator: shown(count),
      numerator: shown(count / 2),
      categories: (indicator.categories?.values ?? []).map(() => shown(count / 4)),
      score: shown(0.5),
    };
  };
  const split = query.get("stratifier");
  const values = split === "month" ? ["2025-01", "2025-02"] : ["female", "male"];
  const strata =
    split === null
      ? []
      : [
          {
            dimension: split as "month" | "sex",
            values: values.map((value, index) => ({
              value,
              numbers: numbers(400 + index, hidden && index === 1),
            })),
          },
        ];
  const regions = query.get("group") === "none" ? [undefined] : ["Karnataka", "Bihar"];
  if (query.has("state")) regions.pop();
  return measureReport({
    indicator,
    period: { from: 20089, to: 20453 },
    date: 0,
    dataAsOf: Date.UTC(2026, 0, 1),
    groups: regions.map((region, index) => ({
      ...(region === undefined ? {} : { region }),
      numbers: numbers(1234, index === 1 && hidden),
      strata,
    })),
  });
}

let asked: string[] = [];

function serve(hidden = false): void {
  asked = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return Response.json(answer(path, hidden));
  });
}

/** What is in no page asks no more. */
function unmount(): void {
  for (const root of document.querySelectorAll("main")) act(() => render(null, root));
}

async function shown(Page: ComponentType, href: string): Promise<HTMLElement> {
  unmount();
  const root = document.createElement("main");
  document.body.replaceChildren(root);
  act(() => address.go(href));
  act(() => render(<Page />, root));
  await vi.waitFor(() => expect(root.querySelector(".waiting-block")).toBeNull());
  return root;
}

beforeEach(() => serve());
afterEach(() => {
  unmount();
  vi.unstubAllGlobals();
  setLanguage("en");
});

const PAGES = [
  ["Overview", OverviewPage],
  ["Coverage", CoveragePage],
  ["Detection", DetectionPage],
  ["Referrals and follow-up", ReferralsPage],
] as const;

describe.each(PAGES)("%s", (title, Page) => {
  it("shows figures with their definitions, freshness, files and server addresses", async () => {
    const root = await shown(Page, "/x?period=2025");
    expect(root.querySelector("h1")?.textContent).toBe(title);
    const figures = [...root.querySelectorAll("figure")];
    expect(figures.length).toBeGreaterThanOrEqual(2);
    for (const figure of figures) {
      expect(figure.textContent).toContain("Data as of");
      const link = figure.querySelector<HTMLAnchorElement>("a[href*='_format=csv']");
      // The address that gives the same rows is the query of the figure, or that of one of its Measures.
      const own = new URL(link?.href ?? "", "http://localhost");
      own.searchParams.delete("_format");
      own.searchParams.delete("measure");
      const queries = asked.map((path) => {
        const url = new URL(path, "http://localhost");
        url.searchParams.delete("measure");
        return url.search;
      });
      expect(queries).toContain(own.search);
      expect(figure.querySelector("pre")?.textContent).toContain("ACCESS_TOKEN");
    }
    expect(root.querySelectorAll("a[href^='/definition/']").length).toBeGreaterThanOrEqual(1);
  });

  it("has each figure as a table, which stands in the address", async () => {
    const root = await shown(Page, "/x?period=2025");
    const count = root.querySelectorAll("figure").length;
    for (const input of root.querySelectorAll<HTMLInputElement>(".view-choice input:not(:checked)"))
      act(() => input.click());
    await vi.waitFor(() => expect(root.querySelectorAll("figure table")).toHaveLength(count));
    expect(address.query.value.getAll("table")).toHaveLength(count);
    const again = await shown(Page, address.here.value);
    expect(again.querySelectorAll("figure table")).toHaveLength(count);
  });

  it("hatches what is not told, in the chart and in words", async () => {
    serve(true);
    const root = await shown(Page, "/x?period=2025");
    const hidden = [...root.querySelectorAll("g[role=img]")].filter((mark) =>
      mark.getAttribute("aria-label")?.includes("Not told"),
    );
    expect(hidden.length).toBeGreaterThanOrEqual(1);
    for (const mark of hidden) {
      expect(mark.querySelector(".hatched")).not.toBeNull();
      expect(mark.querySelector(".bar, .point")).toBeNull();
      expect(mark.textContent).not.toMatch(/[%]/);
    }
    expect(root.textContent).toContain("Not told: this count");
  });

  it("waits for the first count without an alarm, and shows it when it is there", async () => {
    const text = "Nothing has been released yet: ask again soon.";
    vi.stubGlobal("fetch", async () => {
      const error = new EdgeError("indicators-unavailable", text);
      return Response.json(operationOutcome(error), {
        status: error.status,
        headers: { "Retry-After": "1" },
      });
    });
    const root = document.createElement("main");
    document.body.replaceChildren(root);
    act(() => address.go("/x?period=2025"));
    act(() => render(<Page />, root));
    await vi.waitFor(() => expect(root.textContent).toContain("The numbers are being counted."));
    expect(root.querySelector("[role=alert]")).toBeNull();
    expect(root.textContent).not.toContain(text);
    serve();
    await vi.waitFor(() => expect(root.querySelector(".waiting-block")).toBeNull(), { timeout: 5000 });
    expect(root.querySelectorAll("figure").length).toBeGreaterThanOrEqual(2);
  });

  it("asks with the filters of the address, and anew when they change", async () => {
    const root = await shown(Page, "/x?period=2024&state=bihar&sex=male");
    for (const path of asked) expect(path).toContain("period=2024");
    for (const path of asked) expect(path).toMatch(/state=bihar.*sex=male/);
    asked = [];
    act(() => address.filter({ sex: undefined }));
    await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(2));
    for (const path of asked) expect(path).not.toContain("sex=");
    expect(root.querySelectorAll("select").length).toBeGreaterThanOrEqual(6);
  });

  it("names every filter on its title page", async () => {
    const root = await shown(Page, "/x?period=2025-03&state=bihar&district=gaya&sex=male");
    const page = root.querySelector(".title-page")?.textContent ?? "";
    for (const text of ["March 2025", "Bihar", "Gaya", "Male", title]) expect(page).toContain(text);
  });

  it("is in Hindi and in Kannada", async () => {
    for (const [language, script] of [
      ["hi", /\p{Script=Devanagari}/u],
      ["kn", /\p{Script=Kannada}/u],
    ] as const) {
      setLanguage(language);
      const root = await shown(Page, "/x?period=2025");
      for (const heading of root.querySelectorAll("h1, h2, .label, .field > label, .view-choice label"))
        expect(heading.textContent).toMatch(script);
    }
  });

  it("says that nothing is released of a period, and why nothing came", async () => {
    const outcome = (status: number) => async () =>
      Response.json(
        { resourceType: "OperationOutcome", issue: [{ diagnostics: "There is none." }] },
        { status },
      );
    vi.stubGlobal("fetch", outcome(404));
    expect((await shown(Page, "/x?period=2026")).textContent).toContain("Nothing has been released");
    vi.stubGlobal("fetch", outcome(502));
    expect((await shown(Page, "/x?period=2025")).querySelector("[role=alert]")?.textContent).toContain(
      "There is none.",
    );
  });
});

describe("published numbers", () => {
  async function asViewer(status: number, body: unknown): Promise<HTMLElement> {
    vi.stubGlobal("fetch", async (path: string) =>
      path === "/auth/session"
        ? Response.json({ signedIn: true, name: "V", roles: ["viewer"], tenant: "t" })
        : Response.json(body, { status }),
    );
    await session.refresh();
    return shown(OverviewPage, "/x?period=2025&state=karnataka&sex=male");
  }
  afterEach(() => {
    vi.stubGlobal("fetch", async () => Response.json({}));
    return session.signOut();
  });

  it("have filters of place and period alone", async () => {
    const root = await asViewer(200, answer("/?group=state&state=karnataka", false));
    expect([...root.querySelectorAll("form .label, form label[for]")].map((one) => one.textContent)).toEqual([
      "Year",
      "Month",
      "State",
      "District",
      "Compare",
    ]);
    expect(root.querySelector("option[value=span]")).toBeNull();
  });

  it("say where a place or a split is not published", async () => {
    const report = { resourceType: "MeasureReport", measure: "https://artpark.in/fhir/Measure/x|1.0.0" };
    expect((await asViewer(200, report)).textContent).toContain("published together with others");
    const outcome = {
      resourceType: "OperationOutcome",
      issue: [{ details: { coding: [{ code: "table-undeclared" }] }, expression: ["http.stratifier"] }],
    };
    expect((await asViewer(400, outcome)).textContent).toContain("This split is not published");
  });

  it("ask for no table that no release has", async () => {
    vi.stubGlobal("fetch", async () =>
      Response.json({ signedIn: true, name: "V", roles: ["viewer"], tenant: "t" }),
    );
    await session.refresh();
    serve();
    const root = await shown(DetectionPage, "/x?period=2025&indicator=high-risk-rate");
    expect(asked.map((path) => new URL(path, "http://localhost").searchParams.get("stratifier"))).toEqual([
      null,
      "month",
      null,
    ]);
    expect(root.textContent?.match(/This split is not published/g)).toHaveLength(3);
  });
});

describe("a definition", () => {
  it.each(INDICATORS.map((indicator) => [indicator.id, indicator] as const))(
    "of %s is told in words, with a link to its Measure",
    async (id, indicator) => {
      vi.stubGlobal("fetch", async (path: string) =>
        path === `/fhir/Measure/${id}`
          ? Response.json(measureResource(indicator))
          : new Response("", { status: 404 }),
      );
      const root = await shown(DefinitionPage, `/definition/${id}`);
      await vi.waitFor(() => expect(root.textContent).toContain(indicator.description));
      expect(root.querySelector("h1")?.textContent).toMatch(/^Definition: /);
      for (const text of [indicator.initialPopulation, indicator.denominator, indicator.numerator])
        expect(root.textContent).toContain(text ?? "");
      expect(root.textContent).toContain("State; District; Setting: field or hospital");
      expect(root.querySelector("a")?.getAttribute("href")).toBe(`/fhir/Measure/${id}`);
      expect(routeOf(`/definition/${id}`)?.name).toBe("definition");
    },
  );
});

describe("the map", () => {
  it("leads from a state to its districts", async () => {
    const root = await shown(CoveragePage, "/x?period=2025");
    const tile = [...root.querySelectorAll("g[role=img]")].find((one) =>
      one.getAttribute("aria-label")?.startsWith("Karnataka"),
    );
    act(() => void tile?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    expect(address.query.value.get("state")).toBe("karnataka");
    await vi.waitFor(() =>
      expect(asked.some((path) => path.includes("group=district&state=karnataka"))).toBe(true),
    );
  });

  it("keeps the focus with what is chosen by keyboard", async () => {
    const root = await shown(CoveragePage, "/x?period=2025");
    const tile = [...root.querySelectorAll<SVGGElement>("g[role=img]")].find((one) =>
      one.getAttribute("aria-label")?.startsWith("Karnataka"),
    );
    act(() => tile?.focus());
    act(() => void tile?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true })));
    await vi.waitFor(() =>
      expect(asked.some((path) => path.includes("group=district&state=karnataka"))).toBe(true),
    );
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Coverage: Karnataka");
    expect(document.activeElement?.isConnected).toBe(true);
  });
});
