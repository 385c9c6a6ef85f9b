import type { Exchange } from "./exchange-search.ts";
import type { PlaceBody } from "./place-history.ts";
import { type PartChoice, type PopulationExchange, populationExchanges } from "./population-exchange.ts";
import { price } from "./slot-exchange.ts";
import type { SuppressionState } from "./suppression-state.ts";
import type { TableLattice } from "./table-lattice.ts";

/** Places or slots and their signs. */
interface Vector {
  readonly at: readonly number[];
  readonly signs: readonly number[];
}

/** A step that lacks persons: what has to gain one first, so that it can be taken. */
export interface LackingStep {
  readonly exchange: Exchange;
  /** Cells that are to lose somebody whom they do not have. */
  readonly lacking: readonly number[];
}

/** Steps that lack the least: so many are told. */
const LACKING = 6;

/**
 * Finds steps where `ExchangeSearch` finds none, at any price: it goes through pairs of places, and of slots, one by one, and only
 * then chooses which parts of a population move: those that have somebody at every place and slot that loses. Where there is no
 * such step, it tells which ones lack least. For the few cells for which the quicker search is not enough: a search takes
 * places × slots × populations.
 */
export class ThoroughSearch {
  readonly #state: SuppressionState;
  /** Counts as the witness in the making has them. */
  readonly #current: Int32Array;
  #direction = 1;
  #need = 0;

  constructor(state: SuppressionState, current: Int32Array) {
    this.#state = state;
    this.#current = current;
  }

  /** The cheapest of all steps that move the cell by up to `need` in the direction, or those by one that lack least. */
  find(cell: number, direction: 1 | -1, need: number): Exchange | readonly LackingStep[] {
    this.#direction = direction;
    this.#need = need;
    let best: Exchange | undefined;
    let lacking: LackingStep[] = [];
    for (const [places, slots, populations] of this.#candidates(cell)) {
      const found = this.#exchange(places, slots, populations);
      if (found === undefined) continue;
      if (found.lacking.length > 0) lacking = leastLacking(lacking, found);
      else if (best === undefined || isCheaper(found.exchange, best)) best = found.exchange;
    }
    return best ?? lacking;
  }

  *#candidates(cell: number): Generator<readonly [Vector, Vector, PopulationExchange]> {
    const { lattice, tree } = this.#state.tables;
    const node = Math.floor(cell / lattice.size);
    const coordinate = cell % lattice.size;
    for (const places of placeVectors(lattice, lattice.placeOf(coordinate))) {
      const hasSettings = places.at.some((place) => !lattice.isDistrict(place));
      for (const slots of slotVectors(lattice, lattice.slotOf(coordinate), hasSettings))
        for (const populations of populationExchanges(tree, node, this.#chooser(places, slots)))
          yield [places, slots, populations];
    }
  }

  /** Of the parts that lack least the one whose cells cost least; of equal ones that with most persons. */
  #chooser(places: Vector, slots: Vector): PartChoice {
    return (parts, sign) => {
      let chosen: Priced | undefined;
      for (const node of parts) {
        const own = { node, ...this.#priced(node, sign, places, slots) };
        if (chosen === undefined || isBetter(own, chosen)) chosen = own;
      }
      return chosen?.node ?? 0;
    };
  }

  /** What it costs to move one population, how often that can be done, and which cells have nobody to lose. */
  #priced(node: number, sign: number, places: Vector, slots: Vector): Omit<Priced, "node"> {
    const { lattice } = this.#state.tables;
    let [cost, amount] = [0, this.#need];
    const lacking: number[] = [];
    for (const [index, place] of places.at.entries())
      for (const [which, slot] of slots.at.entries()) {
        const coordinate = lattice.coordinate(place, slot);
        if (coordinate < 0) continue;
        const cell = node * lattice.size + coordinate;
        const moved = sign * (places.signs[index] ?? 0) * (slots.signs[which] ?? 0) * this.#direction;
        const room = this.#room(node, coordinate, moved);
        cost += room < 0 ? Number.POSITIVE_INFINITY : this.#state.priceOf(cell);
        if (room === 0) lacking.push(cell);
        amount = Math.min(amount, room);
      }
    return { cost, amount, lacking };
  }

  /** Negative where the rule itself says that it cannot be. */
  #room(node: number, coordinate: number, moved: number): number {
    const now = this.#current[node * this.#state.tables.lattice.size + coordinate] ?? 0;
    if (moved < 0) return Math.max(0, now - this.#state.floor(node, coordinate));
    return now === 0 && this.#state.isKnownZero(node, coordinate) ? -1 : this.#need;
  }

  #exchange(places: Vector, slots: Vector, { nodes, signs }: PopulationExchange): LackingStep | undefined {
    let [cost, amount] = [0, this.#need];
    const lacking: number[] = [];
    for (const [at, node] of nodes.entries()) {
      const own = this.#priced(node, signs[at] ?? 0, places, slots);
      cost += own.cost;
      if (cost === Number.POSITIVE_INFINITY) return undefined;
      amount = Math.min(amount, own.amount);
      lacking.push(...own.lacking);
    }
    const cells = Int32Array.from(this.#cells(places, slots, { nodes, signs }));
    return { exchange: { amount: Math.max(1, amount), cost, cells }, lacking };
  }

  *#cells(places: Vector, slots: Vector, { nodes, signs }: PopulationExchange): Generator<number> {
    const { lattice } = this.#state.tables;
    for (const [index, place] of places.at.entries())
      for (const [which, slot] of slots.at.entries()) {
        const coordinate = lattice.coordinate(place, slot);
        if (coordinate < 0) continue;
        const sign = (places.signs[index] ?? 0) * (slots.signs[which] ?? 0) * this.#direction;
        for (const [at, node] of nodes.entries()) {
          const cell = node * lattice.size + coordinate;
          yield sign * (signs[at] ?? 0) > 0 ? cell : ~cell;
        }
      }
  }
}

interface Priced {
  readonly node: number;
  readonly cost: number;
  readonly amount: number;
  readonly lacking: readonly number[];
}

function isBetter(one: Priced, other: Priced): boolean {
  if (one.lacking.length !== other.lacking.length) return one.lacking.length < other.lacking.length;
  return one.cost < other.cost || (one.cost === other.cost && one.amount > other.amount);
}

function isCheaper(one: Exchange, other: Exchange): boolean {
  return price(one.cost, one.amount) < price(other.cost, other.amount);
}

function leastLacking(known: LackingStep[], step: LackingStep): LackingStep[] {
  const worst = known.at(-1);
  if (worst !== undefined && known.length === LACKING && worst.lacking.length <= step.lacking.length)
    return known;
  return [...known, step]
    .toSorted((a, b) => a.lacking.length - b.lacking.length || a.exchange.cost - b.exchange.cost)
    .slice(0, LACKING);
}

/** A body with the place in it gains, and another one loses; or everything that the body is part of gains. */
function* placeVectors(lattice: TableLattice, place: number): Generator<Vector> {
  for (const own of lattice.bodiesWith(place)) {
    for (const other of lattice.bodies)
      if (other.district !== own.district && !other.all.includes(place)) yield instead(own, other);
    yield { at: own.all, signs: own.all.map(() => 1) };
  }
}

/** What both are part of stays. */
function instead(gaining: PlaceBody, losing: PlaceBody): Vector {
  const more = gaining.all.filter((place) => !losing.all.includes(place));
  const less = losing.all.filter((place) => !gaining.all.includes(place));
  return { at: [...more, ...less], signs: [...more.map(() => 1), ...less.map(() => -1)] };
}

/** What one person of this kind instead of another changes, or one person more. */
interface Kind {
  readonly month: number;
  readonly sex: number;
  readonly ageBand: number;
  readonly setting: number;
}

/** Vectors in which the slot gains. */
function* slotVectors(lattice: TableLattice, slot: number, hasSettings: boolean): Generator<Vector> {
  for (const kind of kinds(lattice, slot, hasSettings)) {
    const own = slotsOf(lattice, kind, hasSettings);
    if (!own.includes(slot)) continue;
    for (const other of otherKinds(lattice, kind, hasSettings)) {
      const less = slotsOf(lattice, other, hasSettings);
      if (less.includes(slot)) continue;
      const [more, fewer] = [own.filter((at) => !less.includes(at)), less.filter((at) => !own.includes(at))];
      yield { at: [...more, ...fewer], signs: [...more.map(() => 1), ...fewer.map(() => -1)] };
    }
    if (slot === 0) yield { at: own, signs: own.map(() => 1) };
  }
}

/** Kinds of persons that differ in what the slot is about, and for its sake in month and setting. */
function* kinds(lattice: TableLattice, slot: number, hasSettings: boolean): Generator<Kind> {
  const { months, sexes, ageBands, settings } = lattice.shape;
  const isAll = slot === 0;
  const some = (length: number, wanted: boolean) =>
    Array.from({ length: wanted ? Math.max(1, length) : 1 }, (_, at) => at);
  const [, sexRange, ageRange] = ranges(lattice);
  const isSex = slot >= sexRange.first && slot < sexRange.end;
  const isAge = slot >= ageRange.first && slot < ageRange.end;
  const isTime = !isSex && !isAge;
  for (const month of some(months.length, isTime))
    for (const setting of some(settings.length, isTime && hasSettings))
      for (const sex of some(sexes.length, isSex || isAll))
        for (const ageBand of some(ageBands.length, isAge || isAll)) yield { month, sex, ageBand, setting };
}

/** Those that differ from it in one thing, or in month and setting. */
function* otherKinds(lattice: TableLattice, kind: Kind, hasSettings: boolean): Generator<Kind> {
  const { months, sexes, ageBands, settings } = lattice.shape;
  for (const sex of sexes.keys()) if (sex !== kind.sex) yield { ...kind, sex };
  for (const ageBand of ageBands.keys()) if (ageBand !== kind.ageBand) yield { ...kind, ageBand };
  for (let month = 0; month < Math.max(1, months.length); month += 1)
    for (let setting = 0; setting < (hasSettings ? Math.max(1, settings.length) : 1); setting += 1)
      if (month !== kind.month || setting !== kind.setting) yield { ...kind, month, setting };
}

function slotsOf(
  lattice: TableLattice,
  { month, sex, ageBand, setting }: Kind,
  hasSettings: boolean,
): number[] {
  const { months, sexes, ageBands, settings } = lattice.shape;
  const [, sexRange, ageRange] = ranges(lattice);
  const timed = months.length === 0 ? [] : [lattice.monthSlot(month)];
  const set = [
    lattice.settingSlot(-1, setting),
    ...(months.length === 0 ? [] : [lattice.settingSlot(month, setting)]),
  ];
  return [
    0,
    ...timed,
    ...(sexes.length === 0 ? [] : [sexRange.first + sex]),
    ...(ageBands.length === 0 ? [] : [ageRange.first + ageBand]),
    ...(hasSettings && settings.length > 0 ? set : []),
  ];
}

function ranges({ shape: { months, sexes, ageBands } }: TableLattice) {
  const sexFirst = 1 + months.length;
  const ageFirst = sexFirst + sexes.length;
  return [
    { first: 1, end: sexFirst },
    { first: sexFirst, end: ageFirst },
    { first: ageFirst, end: ageFirst + ageBands.length },
  ] as const;
}
