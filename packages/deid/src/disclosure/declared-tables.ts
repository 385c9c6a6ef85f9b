import { DisclosureError } from "./disclosure-error.ts";
import { type Population, PopulationTree } from "./population-tree.ts";
import { TableLattice } from "./table-lattice.ts";
import type { TableShape } from "./table-shape.ts";
import { TableSystem } from "./table-system.ts";

/**
 * Counts of one population in the four declared tables, row by row: districts and states as places of the lattice, in its order
 * (without revisions: districts in the order of their states).
 */
export interface TableCounts {
  /** [district][month]; [district] where the period has no months. */
  readonly districtMonth: ArrayLike<number>;
  /** [district][sex] of the period. */
  readonly districtSex: ArrayLike<number>;
  /** [district][age band] of the period. */
  readonly districtAgeBand: ArrayLike<number>;
  /** [state][month][setting]; [state][setting] where the period has no months. */
  readonly stateMonthSetting: ArrayLike<number>;
}

/** People who are alike; places in the lists of the shape. */
export interface JointCount {
  /** Over all states; of those taken anew, as the lattice has them. */
  readonly district: number;
  /** 0 where the period has no months. */
  readonly month: number;
  readonly sex: number;
  readonly ageBand: number;
  readonly setting: number;
  readonly count: number;
}

/** Declared tables of populations, their margins and every equation between them. */
export interface DeclaredTables {
  readonly lattice: TableLattice;
  readonly tree: PopulationTree;
  /** Cell = population × size of the lattice + coordinate. */
  readonly system: TableSystem;
}

/**
 * Tables from counts. A part whose counts are `undefined` is the remainder of its split. Throws where tables do not add up to
 * each other, or parts to their population.
 */
export function declaredTables(
  shape: TableShape,
  roots: readonly Population[],
  counts: (population: string) => TableCounts | undefined,
): DeclaredTables {
  const lattice = new TableLattice(shape);
  const tree = new PopulationTree(roots);
  const values = new Int32Array(tree.nodes.length * lattice.size);
  const remainders: number[] = [];
  for (const [node, { name }] of tree.nodes.entries()) {
    const own = counts(name);
    if (own === undefined) remainders.push(node);
    else fill(values.subarray(node * lattice.size, (node + 1) * lattice.size), lattice, own, name);
  }
  for (const node of remainders) subtractSiblings(values, lattice.size, tree, node, remainders);
  return { lattice, tree, system: new TableSystem(values, equationsOf(lattice, tree)) };
}

/** The four tables of people who are counted once each: once in each place that a release took anew. */
export function tableCounts(shape: TableShape, rows: Iterable<JointCount>): TableCounts {
  const counter = new TableCounter(new TableLattice(shape));
  for (const row of rows) counter.add(row);
  return counter;
}

/** Counts people into the four tables, each once. */
export class TableCounter implements TableCounts {
  readonly districtMonth: Int32Array;
  readonly districtSex: Int32Array;
  readonly districtAgeBand: Int32Array;
  readonly stateMonthSetting: Int32Array;
  readonly #lattice: TableLattice;

  constructor(lattice: TableLattice) {
    const { firstState, firstDistrict, placeCount, shape } = lattice;
    const districts = placeCount - firstDistrict;
    const months = Math.max(1, shape.months.length);
    this.#lattice = lattice;
    this.districtMonth = new Int32Array(districts * months);
    this.districtSex = new Int32Array(districts * shape.sexes.length);
    this.districtAgeBand = new Int32Array(districts * shape.ageBands.length);
    this.stateMonthSetting = new Int32Array((firstDistrict - firstState) * months * shape.settings.length);
  }

  add({ district, month, sex, ageBand, setting, count }: JointCount): void {
    const { firstState, firstDistrict, shape } = this.#lattice;
    const months = Math.max(1, shape.months.length);
    addAt(this.districtMonth, district * months + month, count);
    addAt(this.districtSex, district * shape.sexes.length + sex, count);
    addAt(this.districtAgeBand, district * shape.ageBands.length + ageBand, count);
    for (const state of this.#lattice.parentsOf(firstDistrict + district)) {
      const at = ((state - firstState) * months + month) * shape.settings.length + setting;
      addAt(this.stateMonthSetting, at, count);
    }
  }
}

function fill(into: Int32Array, lattice: TableLattice, counts: TableCounts, name: string): void {
  const { shape } = lattice;
  const months = Math.max(1, shape.months.length);
  const districts = lattice.placeCount - lattice.firstDistrict;
  requireLength(counts.districtMonth, districts * months, name);
  requireLength(counts.districtSex, districts * shape.sexes.length, name);
  requireLength(counts.districtAgeBand, districts * shape.ageBands.length, name);
  const states = lattice.firstDistrict - lattice.firstState;
  requireLength(counts.stateMonthSetting, states * months * shape.settings.length, name);
  const sexSlot = 1 + shape.months.length;
  const ageSlot = sexSlot + shape.sexes.length;
  const isPeriodAlone = shape.months.length === 0;
  for (let district = 0; district < districts; district += 1) {
    const place = lattice.firstDistrict + district;
    const add = (slot: number, count: number) => addUpwards(into, lattice, place, slot, count);
    for (let month = 0; month < months; month += 1) {
      const count = counts.districtMonth[district * months + month] ?? 0;
      add(0, count);
      if (!isPeriodAlone) add(lattice.monthSlot(month), count);
    }
    for (const sex of shape.sexes.keys())
      add(sexSlot + sex, counts.districtSex[district * shape.sexes.length + sex] ?? 0);
    for (const band of shape.ageBands.keys())
      add(ageSlot + band, counts.districtAgeBand[district * shape.ageBands.length + band] ?? 0);
  }
  fillSettings(into, lattice, counts.stateMonthSetting, months);
}

function fillSettings(
  into: Int32Array,
  lattice: TableLattice,
  counts: ArrayLike<number>,
  months: number,
): void {
  const settings = lattice.shape.settings.length;
  for (let at = 0; at < counts.length; at += 1) {
    const state = lattice.firstState + Math.floor(at / (months * settings));
    const setting = at % settings;
    const month = Math.floor(at / settings) % months;
    for (const place of [state, ...lattice.parentsOf(state)]) {
      const period = lattice.settingSlot(-1, setting);
      addAt(into, lattice.coordinate(place, period), counts[at] ?? 0);
      if (lattice.shape.months.length > 0)
        addAt(into, lattice.coordinate(place, lattice.settingSlot(month, setting)), counts[at] ?? 0);
    }
  }
}

function addUpwards(
  into: Int32Array,
  lattice: TableLattice,
  place: number,
  slot: number,
  count: number,
): void {
  if (!Number.isInteger(count) || count < 0) throw new DisclosureError(`${count} is not a count`);
  for (const each of lattice.withAllAbove(place)) addAt(into, lattice.coordinate(each, slot), count);
}

function subtractSiblings(
  values: Int32Array,
  size: number,
  tree: PopulationTree,
  node: number,
  remainders: readonly number[],
): void {
  const { name, split } = tree.node(node);
  const siblings = split < 0 ? [] : tree.split(split).parts.filter((part) => part !== node);
  if (siblings.length === 0 || siblings.some((part) => remainders.includes(part)))
    throw new DisclosureError(`no counts of ${name}`);
  const parent = tree.split(split).parent;
  for (let at = 0; at < size; at += 1)
    values[node * size + at] = siblings.reduce(
      (left, part) => left - (values[part * size + at] ?? 0),
      values[parent * size + at] ?? 0,
    );
}

function equationsOf(lattice: TableLattice, tree: PopulationTree) {
  return (visit: (parent: number, children: readonly number[]) => void) => {
    for (const node of tree.nodes.keys()) {
      const from = node * lattice.size;
      lattice.equations((parent, children) =>
        visit(
          from + parent,
          children.map((child) => from + child),
        ),
      );
    }
    for (const { parent, parts } of tree.splits)
      for (let at = 0; at < lattice.size; at += 1)
        visit(
          parent * lattice.size + at,
          parts.map((part) => part * lattice.size + at),
        );
  };
}

function requireLength(table: ArrayLike<number>, length: number, name: string): void {
  if (table.length !== length)
    throw new DisclosureError(`${name}: a table of ${table.length} counts, not ${length}`);
}

function addAt(table: Int32Array, at: number, count: number): void {
  table[at] = (table[at] ?? 0) + count;
}
