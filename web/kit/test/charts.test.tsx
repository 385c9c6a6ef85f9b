import type { ComponentChild } from "preact";
import { describe, expect, it, vi } from "vitest";
import { niceTicks, scaleEnd } from "../src/charts/chart-row.ts";
import { linePath } from "../src/charts/line-path.ts";
import {
  BarChart,
  type Cell,
  type ChartRow,
  Funnel,
  type FunnelStep,
  formatNumber,
  formatPercent,
  fractionText,
  Headline,
  LineChart,
  lossOf,
  lossText,
  medianText,
  percentOnScale,
  RowTable,
  type Shown,
  type Tile,
  TileMap,
} from "../src/index.ts";
import { drawn, focus, marksOf, press } from "./drawn.ts";

const HUGE = 987_654_321_012;
const cell = (value: Shown, isSmall = false): Cell => ({ value, isSmall });
const row = (key: string, value: Shown | undefined): ChartRow => ({ key, label: `Place ${key}`, value });
const format = (value: number) => formatNumber(value);
const tile = (code: string, index: number): Tile => ({
  code,
  short: code,
  column: index % 3,
  row: Math.floor(index / 3),
});

/** Each chart of the same rows. */
const CHARTS: readonly (readonly [string, (rows: readonly ChartRow[]) => ComponentChild])[] = [
  ["bars", (rows) => <BarChart label="Bars" rows={rows} format={format} />],
  ["a line", (rows) => <LineChart label="Line" rows={rows} format={format} axis={({ key }) => key} />],
  [
    "a funnel",
    (rows) => <Funnel label="Funnel" steps={rows.map(({ key, label, value }) => step(key, label, value))} />,
  ],
  [
    "a tile map",
    (rows) => (
      <TileMap
        label="Map"
        tiles={rows.map(({ key }, index) => tile(key, index))}
        rows={new Map(rows.map((one) => [one.key, one]))}
        name={({ code }) => `Place ${code}`}
        format={format}
      />
    ),
  ],
];

function step(key: string, label: string, value: Shown | undefined): FunnelStep {
  return { key, label, count: value === undefined ? undefined : cell(value) };
}

describe.each(CHARTS)("%s", (_, chart) => {
  it("of nothing has a name and no mark", () => {
    const root = drawn(chart([]));
    expect(root.querySelector("svg")?.getAttribute("role")).toBe("group");
    expect(root.querySelector("svg")?.getAttribute("aria-label")).toBeTruthy();
    expect(marksOf(root)).toEqual([]);
    expect(root.innerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("of one, of zero and of one without a number draws what there is", () => {
    for (const value of [7, 0, undefined]) {
      const root = drawn(chart([row("a", value)]));
      expect(marksOf(root)).toHaveLength(1);
      expect(marksOf(root)[0]?.getAttribute("aria-label")).toContain(
        value === undefined ? "No value" : String(value),
      );
      expect(root.innerHTML).not.toMatch(/NaN|Infinity|\de[+-]\d/);
    }
  });

  it("of many names each mark, and has one tab stop", () => {
    const rows = Array.from({ length: 12 }, (__, index) => row(String(index), index * 3));
    const marks = marksOf(drawn(chart(rows)));
    expect(marks).toHaveLength(12);
    expect(marks.filter((mark) => mark.getAttribute("tabindex") === "0")).toHaveLength(1);
    expect(new Set(marks.map((mark) => mark.getAttribute("aria-label"))).size).toBe(12);
  });

  it("of a huge number groups it as India does, and stays within its frame", () => {
    const root = drawn(chart([row("a", HUGE), row("b", 1)]));
    expect(root.textContent + marksOf(root)[0]?.getAttribute("aria-label")).toContain("9,87,65,43,21,012");
    for (const rect of root.querySelectorAll("rect[width]")) {
      expect(Number(rect.getAttribute("width"))).toBeLessThanOrEqual(560);
    }
  });

  it("hatches what is not told, says why, and is the same whatever else is not told", () => {
    const root = drawn(chart([row("a", 40), row("b", "suppressed"), row("c", 0)]));
    const mark = marksOf(root)[1];
    expect(mark?.getAttribute("aria-label")).toMatch(/^Place b: Not told/);
    expect(mark?.querySelector("[fill^='url(#']")).not.toBeNull();
    expect(mark?.textContent).not.toMatch(/\d/);
    expect(mark?.querySelector("rect.bar, circle")).toBeNull();
  });

  it("of nothing that is told has no scale that could tell it", () => {
    const root = drawn(chart([row("a", "suppressed"), row("b", "suppressed")]));
    expect(root.innerHTML).not.toMatch(/NaN|Infinity|\de[+-]\d/);
    expect(marksOf(root)).toHaveLength(2);
  });

  it("is left by Escape, and gone through by arrow keys", () => {
    const marks = marksOf(drawn(chart([row("a", 1), row("b", 2), row("c", 3)])));
    const [first, second, third] = marks;
    if (first === undefined || second === undefined || third === undefined) throw new Error("no marks");
    focus(first);
    press(first, "ArrowRight");
    expect(document.activeElement).toBe(second);
    expect([first, second].map((mark) => mark.getAttribute("tabindex"))).toEqual(["-1", "0"]);
    press(second, "End");
    expect(document.activeElement).toBe(third);
    press(third, "Home");
    expect(document.activeElement).toBe(first);
    press(first, "Escape");
    expect(document.activeElement?.tagName).toBe("SPAN");
  });

  it("says the mark that has the focus below itself", () => {
    const root = drawn(chart([row("a", 1), row("b", "suppressed")]));
    const [, second] = marksOf(root);
    if (second === undefined) throw new Error("no marks");
    focus(second);
    expect(root.querySelector(".readout")?.textContent).toBe(second.getAttribute("aria-label"));
  });
});

describe("bars", () => {
  it("are as long as their share of the largest, on no ground that says everybody; a band is not told", () => {
    const root = drawn(
      <BarChart
        label="Bars"
        rows={[row("a", 0.158), row("b", 0.079), row("c", "suppressed")]}
        format={format}
      />,
    );
    const lengths = [...root.querySelectorAll(".bar")].map((bar) => Number(bar.getAttribute("width")));
    const band = root.querySelector(".hatched")?.getAttribute("width");
    expect(lengths[1]).toBe((lengths[0] ?? 0) / 2);
    expect(band).toBe(root.querySelector("svg")?.getAttribute("width"));
    expect(root.querySelector(".track")).toBeNull();
  });

  it("show the first, and the others when they are asked for", () => {
    const rows = Array.from({ length: 40 }, (_, index) => row(String(index), index));
    const root = drawn(<BarChart label="Bars" rows={rows} format={format} most={5} />);
    expect(marksOf(root)).toHaveLength(5);
    root.querySelector("button")?.click();
    return vi.waitFor(() => expect(marksOf(root)).toHaveLength(40));
  });
});

describe("a tile map", () => {
  const tiles = ["a", "b", "c", "d", "e", "f"].map(tile);
  const chart = (onChoose?: (one: Tile) => void) => (
    <TileMap
      label="Map"
      tiles={tiles}
      rows={new Map([["a", row("a", 10)]])}
      name={({ code }) => code}
      format={format}
      {...(onChoose === undefined ? {} : { onChoose })}
    />
  );

  it("goes up and down by rows, and stays at its edge", () => {
    const marks = marksOf(drawn(chart()));
    const at = () => marks.indexOf(document.activeElement as unknown as SVGGElement);
    focus(marks[1] as SVGGElement);
    press(marks[1] as SVGGElement, "ArrowDown");
    expect(at()).toBe(4);
    press(marks[4] as SVGGElement, "ArrowDown");
    expect(at()).toBe(4);
    press(marks[4] as SVGGElement, "ArrowLeft");
    expect(at()).toBe(3);
  });

  it("chooses a place by click and by Enter", () => {
    const chosen: string[] = [];
    const marks = marksOf(drawn(chart(({ code }) => chosen.push(code))));
    marks[2]?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    focus(marks[1] as SVGGElement);
    press(marks[1] as SVGGElement, "Enter");
    expect(chosen).toEqual(["c", "b"]);
  });

  it("has what no tile is for below it, with its whole name; it leads nowhere", () => {
    const chosen: string[] = [];
    const root = drawn(
      <TileMap
        label="Map"
        tiles={tiles}
        rows={
          new Map([
            ["a", row("a", 10)],
            ["other-states", { ...row("others", 8), label: "Other states" }],
          ])
        }
        name={({ code }) => code}
        format={format}
        onChoose={({ code }) => chosen.push(code)}
      />,
    );
    const marks = marksOf(root);
    expect(marks).toHaveLength(tiles.length + 1);
    const others = marks.at(-1) as SVGGElement;
    expect(others.getAttribute("aria-label")).toBe("Other states: 8");
    expect(others.textContent).toBe("Other states8");
    others.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(chosen).toEqual([]);
    focus(marks[3] as SVGGElement);
    press(marks[3] as SVGGElement, "ArrowDown");
    expect(document.activeElement).toBe(others);
  });

  it("has its steps in words, and no step where nothing is told", () => {
    expect(drawn(chart()).querySelectorAll(".legend li")).toHaveLength(7);
    const none = drawn(
      <TileMap
        label="Map"
        tiles={tiles}
        rows={new Map([["a", row("a", "suppressed")]])}
        name={() => ""}
        format={format}
      />,
    );
    expect(none.querySelectorAll(".legend li")).toHaveLength(2);
  });

  it.each([0.4, 0.08, 0.055, 0.0123, 388 / 33_000_000, 1e-9])(
    "up to a share of %d has steps that read apart, and no tile that reads 0",
    (share) => {
      const root = drawn(
        <TileMap
          label="Map"
          tiles={tiles}
          rows={
            new Map([
              ["a", row("a", share)],
              ["b", row("b", share / 200)],
            ])
          }
          name={({ code }) => code}
          format={(one) => formatPercent(one)}
          short={percentOnScale}
        />,
      );
      const steps = [...root.querySelectorAll(".legend li")]
        .slice(0, 5)
        .map(({ textContent }) => textContent);
      expect(new Set(steps).size).toBe(5);
      for (const step of steps) expect(new Set(step?.split(" – ")).size).toBe(2);
      const values = [...root.querySelectorAll(".tile-value")].slice(0, 2).map((one) => one.textContent);
      for (const value of values) expect(value).not.toMatch(/^0[.0]*\u00a0%/);
    },
  );
});

describe("a funnel", () => {
  it("says what is lost between steps, and nothing where either is not told or grows", () => {
    const [one, two, hidden, more] = [
      step("1", "", 100),
      step("2", "", 60),
      step("3", "", "suppressed"),
      step("4", "", 90),
    ];
    if (one === undefined || two === undefined || hidden === undefined || more === undefined)
      throw new Error("gone");
    expect(lossOf(one, two)).toBe(40);
    expect(lossOf(two, hidden)).toBe("suppressed");
    expect(lossOf(two, more)).toBeUndefined();
    expect(lossOf(undefined, one)).toBeUndefined();
    expect(lossText(one, { ...one })).toBe("");
    expect(lossText(one, { ...two, isChoice: true })).toBe("of these: 60.0\u00a0%");
    const root = drawn(<Funnel label="Funnel" steps={[one, two, hidden]} />);
    expect(root.querySelectorAll(".mark-loss")).toHaveLength(1);
    expect(root.textContent).toContain("40 fewer (40.0\u00a0%)");
  });

  it("breaks where others are counted, of whom nobody is lost", () => {
    const [one, other] = [step("1", "One", 100), { ...step("2", "Other", 60), cohort: "Of other people" }];
    expect(lossOf(one, other)).toBeUndefined();
    const root = drawn(<Funnel label="Funnel" steps={[one, other]} />);
    expect(root.querySelectorAll(".cohort-line")).toHaveLength(1);
    expect(root.querySelector(".mark-loss")).toBeNull();
    expect(marksOf(root)[1]?.getAttribute("aria-label")).toBe("Other: 60. Of other people");
  });
});

describe("a small count", () => {
  const few = { ...row("a", 0.25), numerator: cell(5, true), denominator: cell(20) };

  it.each([
    [
      "in a funnel, also when it is read out",
      <Funnel key="" label="" steps={[{ key: "a", label: "", count: cell(5, true) }]} />,
    ],
    ["on a line", <LineChart key="" label="" rows={[few]} format={format} axis={() => ""} />],
    [
      "on a tile",
      <TileMap
        key=""
        label=""
        tiles={[tile("a", 0)]}
        rows={new Map([["a", few]])}
        name={() => ""}
        format={format}
      />,
    ],
    ["beside a bar", <BarChart key="" label="" rows={[few]} format={format} />],
  ])("is marked %s", (_, chart) => {
    const root = drawn(chart);
    expect(root.querySelector("svg")?.textContent).toContain("*");
    expect(marksOf(root)[0]?.getAttribute("aria-label")).toContain("5\u00a0*");
  });

  it("of people is marked", () => {
    expect(fractionText({ ...row("a", 29), denominator: cell(3, true) })).toBe("3 people\u00a0*");
  });
});

describe("a headline", () => {
  it("has value, fraction and definition", () => {
    const rate = { ...row("r", 0.25), numerator: cell(5, true), denominator: cell(20) };
    const root = drawn(<Headline row={rate} format={(value) => `${value * 100} %`} href="/fhir/Measure/x" />);
    expect(root.querySelector(".figure")?.textContent).toBe("25 %");
    expect(root.textContent).toContain("5\u00a0* of 20");
    expect(root.querySelector("a")?.getAttribute("href")).toBe("/fhir/Measure/x");
  });

  it("of a count is marked where it is small", () => {
    const root = drawn(
      <Headline row={{ ...row("r", 5), numerator: cell(5, true) }} format={format} href="/" />,
    );
    expect(root.querySelector(".figure")?.textContent).toBe("5\u00a0*");
  });

  it("of days says of how many people", () => {
    const root = drawn(
      <Headline row={{ ...row("r", 12), denominator: cell(300) }} format={format} href="/" />,
    );
    expect(root.textContent).toContain("300 people");
  });

  it("draws no trend of which most is not told", () => {
    const few = [row("a", 1), row("b", "suppressed"), row("c", "suppressed")];
    const most = [row("a", 1), row("b", 2), row("c", "suppressed")];
    const trendOf = (trend: readonly ChartRow[]) =>
      drawn(<Headline row={row("r", 12)} trend={trend} format={format} href="/" />).querySelector("svg");
    expect(trendOf(few)).toBeNull();
    expect(trendOf(most)).not.toBeNull();
  });

  it("of a median says within what time nine of ten are, where that is told", () => {
    expect(medianText(cell(28), format)).toBe(`Median. Nine of ten within ${format(28)}.`);
    expect(medianText(cell("suppressed"), format)).toBe("Median.");
  });

  it("says why it is not told", () => {
    const hidden = { ...row("r", "suppressed"), numerator: cell("suppressed"), denominator: cell(200) };
    const root = drawn(<Headline row={hidden} format={format} href="/" />);
    expect(root.querySelector(".figure")?.textContent).toBe("not told");
    expect(root.textContent).toContain("fewer than 11");
    expect(root.textContent).not.toContain("200");
  });

  it("draws a trend of months, and none of one", () => {
    const trend = [row("1", 1), row("2", "suppressed"), row("3", 3)];
    const of = (rows: readonly ChartRow[]) =>
      drawn(<Headline row={row("r", 3)} format={format} href="/" trend={rows} />);
    expect(of(trend).querySelector("path")?.getAttribute("d")?.match(/M/g)).toHaveLength(2);
    expect(of(trend.slice(0, 1)).querySelector("path")).toBeNull();
  });
});

describe("a table of rows", () => {
  it("has the same numbers, small ones marked and hidden ones explained", () => {
    const rows: ChartRow[] = [
      { ...row("a", 0.5), numerator: cell(4, true), denominator: cell(8) },
      { ...row("b", "suppressed"), numerator: cell("suppressed"), denominator: cell(50) },
    ];
    const root = drawn(
      <RowTable caption="Rates" head="Place" rows={rows} format={(value) => String(value)} />,
    );
    const texts = [...root.querySelectorAll("tbody tr")].map((one) =>
      [...one.children].map((td) => td.textContent),
    );
    expect(texts).toEqual([
      ["Place a", "0.5", "4\u00a0*", "8"],
      ["Place b", "not told", "not told", "50"],
    ]);
    expect(root.querySelector("abbr")?.getAttribute("title")).toMatch(/^Not told/);
  });
});

describe("a scale", () => {
  it("knows what is told alone", () => {
    expect(scaleEnd([row("a", "suppressed"), row("b", 5), row("c", undefined)])).toBe(5);
  });

  it.each([
    [0.07, [0, 0.02, 0.04, 0.06, 0.08]],
    [100, [0, 20, 40, 60, 80, 100]],
    [3, [0, 1, 2, 3]],
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, [0, 1]],
    [Number.POSITIVE_INFINITY, [0, 1]],
  ])("up to %d has round ticks", (end, ticks) => {
    expect(niceTicks(end)).toEqual(ticks);
  });

  it("holds the largest number at any size", () => {
    for (let end = 1e-6; end < 1e15; end *= 3.7) {
      const ticks = niceTicks(end);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(end * (1 - 1e-9));
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });
});

describe("a line's path", () => {
  it("has gaps where something is not told", () => {
    const rows = [row("a", 1), row("b", 2), row("c", "suppressed"), row("d", 3), row("e", undefined)];
    expect(
      linePath(
        rows,
        (place) => place,
        (value) => value,
      ),
    ).toBe("M0.0 1.0L1.0 2.0M3.0 3.0");
  });
});
