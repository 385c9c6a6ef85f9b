import { describe, expect, it } from "vitest";
import { WitnessAudit } from "../src/disclosure/witness-audit.ts";
import {
  declaredTables,
  measurePopulations,
  releasedCount,
  suppressionReport,
  suppressTables,
  tableCounts,
  type Witness,
} from "../src/index.ts";
import { person, REFERRAL, randomPersons, SUSPICIOUS, shapeOf, tablesOf } from "./table-populations.ts";

const shape = shapeOf([4, 3], 4);
const persons = randomPersons(shape, 900, 0.08, 7);
const witnesses: Witness[] = [];
const suppressed = suppressTables(tablesOf(shape, [SUSPICIOUS, REFERRAL], persons), {
  onWitness: (witness) => witnesses.push(witness),
});
const [witness = []] = witnesses;
const [step = { amount: 0, cells: new Int32Array() }] = witness;

function audited(...wrong: Witness[]): void {
  const audit = new WitnessAudit(suppressed.state);
  for (const each of wrong) audit.take(each);
}

describe("the audit of witnesses", () => {
  it("stands against the final suppression as well", () => {
    const audit = new WitnessAudit(suppressed.state);
    for (const each of witnesses) audit.take(each);
    expect(audit.lowest).toEqual(suppressed.witnessed.lowest);
    expect(audit.highest).toEqual(suppressed.witnessed.highest);
  });

  it("finds a step that leaves an equation", () => {
    const wrong = [{ ...step, cells: step.cells.slice(1) }];
    expect(() => audited(wrong)).toThrow("leaves an equation");
  });

  it("finds a step that takes a count below zero", () => {
    const wrong = [{ ...step, amount: 1_000_000 }];
    expect(() => audited(wrong)).toThrow("takes cell");
  });

  it("finds a step that moves what is released", () => {
    const released =
      [...suppressed.state.kinds.keys()].find((cell) => !suppressed.state.isSuppressed(cell)) ?? 0;
    const wrong = [{ amount: 1, cells: Int32Array.of(released) }];
    expect(() => audited(wrong)).toThrow("is released");
  });

  it("finds a cell that is moved twice, and a step that goes nowhere", () => {
    const twice = [{ ...step, cells: Int32Array.of(...step.cells, ...step.cells) }];
    expect(() => audited(twice)).toThrow("twice");
    expect(() => audited([{ ...step, amount: 0 }])).toThrow("does not move");
  });
});

describe("suppressed tables", () => {
  it("are the same for the same counts", () => {
    const again = suppressTables(tablesOf(shape, [SUSPICIOUS, REFERRAL], persons));
    expect(again.state.kinds).toEqual(suppressed.state.kinds);
  });

  it("release no count from 1 to k − 1, and nothing but true counts", () => {
    const { tree, lattice, system } = suppressed.tables;
    for (const population of tree.nodes.keys())
      for (let at = 0; at < lattice.size; at += 1) {
        const count = releasedCount(suppressed, population, at);
        if (count === undefined) continue;
        expect(count).toBe(system.value(population * lattice.size + at));
        expect(count > 0 && count < 11).toBe(false);
      }
  });

  it("are reported by table, and the tables add up", () => {
    const report = suppressionReport(suppressed);
    const sum = (of: "all" | "primary" | "secondary") =>
      report.tables.reduce((total, table) => total + table[of].cells, 0);
    expect(report.tables.map(({ table }) => table)).toContain("district × month");
    for (const of of ["all", "primary", "secondary"] as const) expect(sum(of)).toBe(report.total[of].cells);
    expect(report.total.secondary.cells).toBeGreaterThan(0);
    expect(report.naive.cells).toBeGreaterThan(report.total.primary.cells);
  });

  it("leave all as it is where nothing is small", () => {
    const many = Array.from({ length: 32 * 7 }, (_, at) =>
      ["suspicious", "not suspicious"].map((name) =>
        person(["screened", name], [at % 7, (at >> 1) % 4, (at >> 3) % 2, at % 2, (at >> 4) % 2], 2000),
      ),
    ).flat();
    const report = suppressionReport(suppressTables(tablesOf(shape, [SUSPICIOUS], many)));
    expect(report.total.secondary.cells).toBe(0);
    expect(report.total.primary.cells).toBe(0);
  });
});

describe("tables that contradict themselves", () => {
  const counts = tableCounts(shape, persons);

  it("are refused", () => {
    const wrong = { ...counts, districtSex: Int32Array.from(counts.districtSex, (count) => count + 1) };
    expect(() => declaredTables(shape, [{ name: "screened" }], () => wrong)).toThrow("its parts are");
    const short = {
      ...counts,
      districtMonth: counts.districtMonth instanceof Int32Array ? counts.districtMonth.slice(1) : [],
    };
    expect(() => declaredTables(shape, [{ name: "screened" }], () => short)).toThrow("a table of");
    expect(() => declaredTables(shape, [{ name: "screened" }], () => undefined)).toThrow("no counts of");
  });

  it("have remainders computed", () => {
    const of = (name: string) =>
      tableCounts(
        shape,
        persons.filter(({ populations }) => populations.includes(name)),
      );
    const tables = declaredTables(shape, measurePopulations([SUSPICIOUS]), (name) =>
      name === "not suspicious" ? undefined : of(name),
    );
    expect(tables.system.values).toEqual(tablesOf(shape, [SUSPICIOUS], persons).system.values);
  });
});
