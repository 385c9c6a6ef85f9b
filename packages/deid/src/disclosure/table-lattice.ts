import { type PlaceBody, PlaceHistory } from "./place-history.ts";
import type { Coordinate, TableShape } from "./table-shape.ts";

/** Coordinates [first, end). */
export interface CoordinateRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Coordinates of the declared tables and of all their margins, as places × slots. Places: everything (once for each release that
 * took something anew), then the states, then their districts, each again for each release that took it anew. Slots: 0 is the
 * period, then its months, sexes and age bands (each a partition of the period); for states and the whole also setting × period
 * and setting × month.
 */
export class TableLattice {
  readonly shape: TableShape;
  readonly placeCount: number;
  /** Slots that every place has. */
  readonly commonSlots: number;
  readonly slots: number;
  /** Coordinates of one population. */
  readonly size: number;
  /** Months, sexes and age bands, those that there are. */
  readonly partitions: readonly CoordinateRange[];
  readonly #places: PlaceHistory;

  constructor(shape: TableShape) {
    this.shape = shape;
    const { months, sexes, ageBands, settings } = shape;
    let next = 1;
    const ranges = [months, sexes, ageBands].map(({ length }) => {
      const range = { first: next, end: next + length };
      next = range.end;
      return range;
    });
    this.partitions = ranges.filter(({ first, end }) => end > first);
    this.commonSlots = next;
    this.slots = next + settings.length * (1 + months.length);
    this.#places = new PlaceHistory(shape);
    this.placeCount = this.#places.count;
    this.size = this.firstDistrict * this.slots + (this.placeCount - this.firstDistrict) * this.commonSlots;
  }

  /** Places before it are wholes and states. */
  get firstDistrict(): number {
    return this.#places.firstDistrict;
  }

  get firstState(): number {
    return this.#places.firstState;
  }

  isDistrict(place: number): boolean {
    return place >= this.firstDistrict;
  }

  isState(place: number): boolean {
    return place >= this.firstState && place < this.firstDistrict;
  }

  /** Places that a place is directly part of, one for each release that published them. */
  parentsOf(place: number): readonly number[] {
    return this.#places.parents[place] ?? [];
  }

  childrenOf(place: number): readonly number[] {
    return this.#places.children[place] ?? [];
  }

  /** The place, and all that it is part of, each once. */
  withAllAbove(place: number): readonly number[] {
    return this.#places.upwards[place] ?? [place];
  }

  /** Of a district: as later releases took it anew. */
  laterPlacesOf(place: number): readonly number[] {
    if (!this.isDistrict(place)) return [];
    const all = this.bodiesWith(place).at(-1)?.districts ?? [];
    return all.slice(all.indexOf(place) + 1);
  }

  /** Which release took the place anew. */
  revisionOf(place: number): number {
    return this.#places.named(place).revision;
  }

  get hasRevisions(): boolean {
    return this.firstState > 1;
  }

  /** Of which bodies the place is part: a district of its own, a state and a whole by their districts. */
  bodiesWith(place: number): readonly PlaceBody[] {
    return this.#places.bodiesOf[place] ?? [];
  }

  /** Bodies of all districts, in their order. */
  get bodies(): readonly PlaceBody[] {
    return this.#places.bodies;
  }

  /** Whether the last release has the place. */
  isLatest(place: number): boolean {
    return this.withAllAbove(place).includes(this.firstState - 1);
  }

  /** Place of a district, by its place over all states, as the last release has it. */
  latestDistrict(district: number): number {
    return this.#places.latest[district] ?? 0;
  }

  monthSlot(month: number): number {
    return 1 + month;
  }

  /** Setting × period where month is −1. */
  settingSlot(month: number, setting: number): number {
    return this.commonSlots + (month + 1) * this.shape.settings.length + setting;
  }

  /** Of slots that are about one month: which. */
  monthOf(slot: number): number | undefined {
    const { months, settings } = this.shape;
    if (slot >= 1 && slot <= months.length) return slot - 1;
    const row = Math.floor((slot - this.commonSlots) / settings.length);
    return slot < this.commonSlots || row === 0 ? undefined : row - 1;
  }

  /** −1 where the place does not have the slot. */
  coordinate(place: number, slot: number): number {
    if (place < this.firstDistrict) return place * this.slots + slot;
    if (slot >= this.commonSlots) return -1;
    return this.firstDistrict * this.slots + (place - this.firstDistrict) * this.commonSlots + slot;
  }

  placeOf(coordinate: number): number {
    const beyond = coordinate - this.firstDistrict * this.slots;
    return beyond < 0
      ? Math.floor(coordinate / this.slots)
      : this.firstDistrict + Math.floor(beyond / this.commonSlots);
  }

  slotOf(coordinate: number): number {
    const beyond = coordinate - this.firstDistrict * this.slots;
    return beyond < 0 ? coordinate % this.slots : beyond % this.commonSlots;
  }

  /** What the coordinate is called in a published table. */
  named(coordinate: number): Coordinate {
    return { ...this.#places.named(this.placeOf(coordinate)), ...this.#slotNamed(this.slotOf(coordinate)) };
  }

  /** Every equation between coordinates: states and districts, months, sexes, age bands, settings. */
  equations(visit: (parent: number, children: readonly number[]) => void): void {
    for (let place = 0; place < this.placeCount; place += 1) {
      this.#equationsWithin(place, visit);
      if (this.isDistrict(place)) continue;
      const slots = this.isState(place) ? this.commonSlots : this.slots;
      for (let slot = 0; slot < slots; slot += 1)
        visit(
          this.coordinate(place, slot),
          this.childrenOf(place).map((child) => this.coordinate(child, slot)),
        );
    }
  }

  #equationsWithin(place: number, visit: (parent: number, children: readonly number[]) => void): void {
    const at = (slot: number) => this.coordinate(place, slot);
    for (const { first, end } of this.partitions) visit(at(0), range(first, end).map(at));
    const settings = this.shape.settings.length;
    if (this.isDistrict(place) || settings === 0) return;
    const months = this.shape.months.length;
    for (let month = -1; month < months; month += 1)
      visit(
        at(month + 1),
        range(0, settings).map((setting) => at(this.settingSlot(month, setting))),
      );
    if (months === 0) return;
    for (let setting = 0; setting < settings; setting += 1)
      visit(
        at(this.settingSlot(-1, setting)),
        range(0, months).map((month) => at(this.settingSlot(month, setting))),
      );
  }

  #slotNamed(slot: number): Omit<Coordinate, "revision"> {
    const { months, sexes, ageBands, settings } = this.shape;
    if (slot === 0) return {};
    if (slot <= months.length) return { month: months[slot - 1] ?? "" };
    if (slot <= months.length + sexes.length) return { sex: sexes[slot - 1 - months.length] ?? "" };
    if (slot < this.commonSlots) return { ageBand: ageBands[slot - 1 - months.length - sexes.length] ?? "" };
    const setting = settings[(slot - this.commonSlots) % settings.length] ?? "";
    const month = Math.floor((slot - this.commonSlots) / settings.length) - 1;
    return month < 0 ? { setting } : { setting, month: months[month] ?? "" };
  }
}

function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}
