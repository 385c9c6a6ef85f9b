import type { PlaceBody } from "./place-history.ts";
import { type PopulationExchange, populationExchanges } from "./population-exchange.ts";
import { price, type SlotExchange, SlotPrices } from "./slot-exchange.ts";
import type { SuppressionState } from "./suppression-state.ts";
import type { WitnessStep } from "./witness.ts";

/** A step, and what it costs to suppress its cells that are not yet. */
export interface Exchange extends WitnessStep {
  readonly cost: number;
}

interface Found {
  readonly places: readonly number[];
  readonly placeSigns: readonly number[];
  readonly slots: SlotExchange;
  readonly populations: PopulationExchange;
}

/** Orders in which parts are tried that move with their population. */
const CHOICES = 3;
/** Districts that are still looked at when one has been found that costs nothing, but does not reach far enough. */
const FREE_CHOICES = 4;

const gains = (places: readonly number[]) => places.map(() => 1);
const groupOf = ({ state, releases }: Pick<PlaceBody, "state" | "releases">) => `${state} ${releases}`;

/**
 * Finds steps that change a cell and keep every equation: products of a vector over places (two districts of a state, two
 * states with a district each, or one place and all that it is in), one over slots and one over populations. A product of
 * vectors that keep the equations of their own dimension keeps all equations. Where a revision took places anew, a district moves
 * together with its state and the whole of every release that it is part of. One search looks at no more than two districts of
 * each other state, so that its time is bounded by districts × slots × populations moved.
 */
export class ExchangeSearch {
  readonly #state: SuppressionState;
  /** Counts as the witness in the making has them. */
  readonly #current: Int32Array;
  readonly #prices: SlotPrices;
  #best: Found | undefined;
  #bestPrice = Number.POSITIVE_INFINITY;
  /** Of each state and set of releases. */
  readonly #groups: ReadonlyMap<string, readonly PlaceBody[]>;
  /** The same, in one search. */
  readonly #largestOf = new Map<string, readonly PlaceBody[]>();
  #need = 0;
  #mayPay = false;
  #direction = 1;
  /** Of the slot that was priced last. */
  #amount = 0;

  constructor(state: SuppressionState, current: Int32Array) {
    this.#state = state;
    this.#current = current;
    const { lattice } = state.tables;
    this.#prices = new SlotPrices(lattice);
    this.#groups = Map.groupBy(lattice.bodies, groupOf);
  }

  /** The cheapest step found that moves the cell by up to `need` in the direction; only free ones unless it may pay, and none that moves the population `unmoved`. */
  find(cell: number, direction: 1 | -1, need: number, mayPay: boolean, unmoved = -1): Exchange | undefined {
    const { lattice, tree } = this.#state.tables;
    const node = Math.floor(cell / lattice.size);
    const coordinate = cell % lattice.size;
    this.#begin(direction, need, mayPay);
    const tried = new Set<string>();
    for (let order = 0; order < CHOICES; order += 1)
      for (const populations of populationExchanges(tree, node, this.#chooser(coordinate, order))) {
        const name = populations.nodes.join();
        if (tried.has(name) || populations.nodes.includes(unmoved)) continue;
        tried.add(name);
        this.#searchPlaces(node, coordinate, populations);
        if (this.#best?.slots.cost === 0) return this.#found();
      }
    return this.#found();
  }

  #begin(direction: 1 | -1, need: number, mayPay: boolean): void {
    this.#best = undefined;
    this.#largestOf.clear();
    this.#bestPrice = Number.POSITIVE_INFINITY;
    this.#direction = direction;
    this.#need = need;
    this.#mayPay = mayPay;
  }

  #found(): Exchange | undefined {
    return this.#best === undefined ? undefined : this.#exchange(this.#best);
  }

  /** A part that can lose persons at the coordinate, or in the whole where it gains them there and loses them elsewhere. */
  #chooser(coordinate: number, order: number) {
    const { size } = this.#state.tables.lattice;
    return (parts: readonly number[], sign: number) => {
      const at = sign * this.#direction < 0 && order !== 1 ? coordinate : 0;
      const count = (part: number) => this.#current[part * size + at] ?? 0;
      const byCount = parts.toSorted((a, b) => count(b) - count(a));
      return byCount[order === 2 && parts.length > 1 ? 1 : 0] ?? 0;
    };
  }

  #searchPlaces(node: number, coordinate: number, populations: PopulationExchange): void {
    const { lattice } = this.#state.tables;
    const place = lattice.placeOf(coordinate);
    const slot = lattice.slotOf(coordinate);
    if (!this.#canMove([place], slot, populations)) return;
    const bodies = lattice.bodiesWith(place);
    if (lattice.isDistrict(place)) {
      for (const body of bodies) if (this.#searchOfDistrict(node, body, slot, populations)) return;
      return;
    }
    for (const group of new Set(bodies.map(groupOf)))
      for (const body of this.#largest(node, group, slot)) {
        if (this.#searchOtherGroups(node, body, place, slot, populations)) return;
        if (this.#consider(body.all, gains(body.all), slot, populations)) return;
      }
  }

  #searchOfDistrict(node: number, body: PlaceBody, slot: number, populations: PopulationExchange): boolean {
    const { lattice } = this.#state.tables;
    const peers = this.#groups.get(groupOf(body)) ?? [];
    const own = peers.indexOf(body);
    let more = FREE_CHOICES;
    for (let turn = 1; turn < peers.length && more > 0; turn += 1) {
      const other = peers[(own + turn) % peers.length] ?? body;
      if (this.#considerInstead(body, other, slot, populations)) return true;
      if (this.#best?.slots.cost === 0) more -= 1;
    }
    if (this.#best?.slots.cost === 0) return false;
    if (!lattice.hasRevisions && !this.#canMove([...body.districts, ...body.states], slot, populations))
      return false;
    const [district = 0] = body.districts;
    if (this.#searchOtherGroups(node, body, district, slot, populations)) return true;
    return this.#consider(body.all, gains(body.all), slot, populations);
  }

  /** Instead of one of another state, or of other releases; what is at the place has to change. */
  #searchOtherGroups(
    node: number,
    own: PlaceBody,
    place: number,
    slot: number,
    populations: PopulationExchange,
  ): boolean {
    for (const group of this.#groups.keys()) {
      if (group === groupOf(own)) continue;
      for (const other of this.#largest(node, group, slot)) {
        if (other.district === own.district || other.all.includes(place)) continue;
        if (this.#considerInstead(own, other, slot, populations)) return true;
      }
    }
    return false;
  }

  /** One body and all that it is part of gain, another and all that it is part of lose: what both are part of stays. */
  #considerInstead(
    gaining: PlaceBody,
    losing: PlaceBody,
    slot: number,
    populations: PopulationExchange,
  ): boolean {
    const less = losing.all.filter((place) => !gaining.all.includes(place));
    const more = gaining.all.filter((place) => !losing.all.includes(place));
    return this.#consider([...less, ...more], [...less.map(() => -1), ...gains(more)], slot, populations);
  }

  /** Whether the places may all gain in the slot, at a price that is worth paying: else no exchange with them is looked at. */
  #canMove(places: readonly number[], slot: number, populations: PopulationExchange): boolean {
    this.#priceSlot(slot, 1, places, gains(places), populations);
    return this.#amount > 0;
  }

  /** At most two districts of a group: those with most persons in the slot, and in the period. */
  #largest(node: number, group: string, slot: number): readonly PlaceBody[] {
    const known = this.#largestOf.get(group);
    if (known !== undefined) return known;
    const { lattice } = this.#state.tables;
    const bodies = this.#groups.get(group) ?? [];
    const inSlot = this.#largestIn(node, bodies, slot < lattice.commonSlots ? slot : 0);
    const inPeriod = this.#largestIn(node, bodies, 0);
    const found = [...new Set([...inSlot, ...inPeriod])];
    this.#largestOf.set(group, found);
    return found;
  }

  #largestIn(node: number, bodies: readonly PlaceBody[], slot: number): PlaceBody[] {
    const { lattice } = this.#state.tables;
    let largest: PlaceBody[] = [];
    let most = -1;
    for (const body of bodies) {
      let count = Number.POSITIVE_INFINITY;
      for (const place of body.districts)
        count = Math.min(count, this.#current[node * lattice.size + lattice.coordinate(place, slot)] ?? 0);
      if (count > most) [largest, most] = [[body], count];
    }
    return largest;
  }

  /** Keeps the best; true where nothing can be better. */
  #consider(
    places: readonly number[],
    placeSigns: readonly number[],
    slot: number,
    populations: PopulationExchange,
  ): boolean {
    const { lattice } = this.#state.tables;
    this.#priceSlot(slot, 1, places, placeSigns, populations);
    if (this.#amount === 0) return false;
    const hasSettings = places.some((place) => !lattice.isDistrict(place));
    const end = hasSettings ? lattice.slots : lattice.commonSlots;
    for (let each = 0; each < end; each += 1) {
      if (each !== slot) this.#priceSlot(each, 1, places, placeSigns, populations);
      this.#priceSlot(each, -1, places, placeSigns, populations);
    }
    const slots = this.#prices.best(slot, hasSettings);
    if (slots === undefined) return false;
    const offered = price(slots.cost, slots.amount);
    if (offered < this.#bestPrice) {
      this.#best = { places, placeSigns, slots, populations };
      this.#bestPrice = offered;
    }
    return slots.cost === 0 && slots.amount >= this.#need;
  }

  /** What it costs, and how often it can be done, to move the populations at all places in the slot. */
  #priceSlot(
    slot: number,
    sign: number,
    places: readonly number[],
    placeSigns: readonly number[],
    { nodes, signs }: PopulationExchange,
  ): void {
    const { lattice } = this.#state.tables;
    let cost = 0;
    this.#amount = this.#need;
    // No more than this can be paid to be better than what was found.
    const most = this.#mayPay ? this.#bestPrice * this.#need : 0;
    for (let index = 0; index < places.length && this.#amount > 0; index += 1) {
      const coordinate = lattice.coordinate(places[index] ?? 0, slot);
      if (coordinate < 0) continue;
      const direction = sign * (placeSigns[index] ?? 0) * this.#direction;
      for (let at = 0; at < nodes.length && this.#amount > 0; at += 1) {
        const node = nodes[at] ?? 0;
        const cell = node * lattice.size + coordinate;
        cost += this.#state.priceOf(cell);
        if (cost > most || cost === Number.POSITIVE_INFINITY) this.#amount = 0;
        if (direction * (signs[at] ?? 0) < 0) this.#limit(node, coordinate, cell);
        else if (this.#current[cell] === 0 && this.#state.isKnownZero(node, coordinate)) this.#amount = 0;
      }
    }
    this.#prices.set(slot, sign, cost, this.#amount);
  }

  #limit(node: number, coordinate: number, cell: number): void {
    const left = (this.#current[cell] ?? 0) - this.#state.floor(node, coordinate);
    if (left < this.#amount) this.#amount = Math.max(0, left);
  }

  #exchange({ places, placeSigns, slots, populations }: Found): Exchange {
    const { lattice } = this.#state.tables;
    const cells: number[] = [];
    for (const [index, place] of places.entries())
      for (const [at, slot] of slots.slots.entries()) {
        const coordinate = lattice.coordinate(place, slot);
        if (coordinate < 0) continue;
        const sign = (placeSigns[index] ?? 0) * (slots.signs[at] ?? 0) * this.#direction;
        for (const [which, node] of populations.nodes.entries()) {
          const cell = node * lattice.size + coordinate;
          cells.push(sign * (populations.signs[which] ?? 0) > 0 ? cell : ~cell);
        }
      }
    return { amount: slots.amount, cells: Int32Array.from(cells), cost: slots.cost };
  }
}
