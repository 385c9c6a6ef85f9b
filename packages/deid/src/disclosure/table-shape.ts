/** What the declared tables of one period are split by: a calendar year with its months, or one month that has closed. */
export interface TableShape {
  /** Every state has a district; who has no known district counts in a district of that name. */
  readonly states: readonly { readonly code: string; readonly districts: readonly string[] }[];
  readonly period: string;
  /** Of the period; none where the period is itself a month. */
  readonly months: readonly string[];
  readonly sexes: readonly string[];
  readonly ageBands: readonly string[];
  readonly settings: readonly string[];
}

/** Where a published number stands; what is not named is summed over. */
export interface Coordinate {
  readonly state?: string;
  readonly district?: string;
  readonly month?: string;
  readonly sex?: string;
  readonly ageBand?: string;
  readonly setting?: string;
}

/** Coordinates [first, end). */
export interface CoordinateRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Coordinates of the declared tables and of all their margins, as places × slots. Places: 0 is everything, then the states,
 * then their districts. Slots: 0 is the period, then its months, sexes and age bands (each a partition of the period); for
 * states and the whole also setting × period and setting × month.
 */
export class TableLattice {
  readonly shape: TableShape;
  readonly stateCount: number;
  readonly placeCount: number;
  /** Slots that every place has. */
  readonly commonSlots: number;
  readonly slots: number;
  /** Coordinates of one population. */
  readonly size: number;
  /** Months, sexes and age bands, those that there are. */
  readonly partitions: readonly CoordinateRange[];
  readonly #stateOf: Int32Array;
  readonly #districts: readonly CoordinateRange[];
  readonly #firstDistrictCoordinate: number;

  constructor(shape: TableShape) {
    this.shape = shape;
    const { states, months, sexes, ageBands, settings } = shape;
    this.stateCount = states.length;
    let next = 1;
    const ranges = [months, sexes, ageBands].map(({ length }) => {
      const range = { first: next, end: next + length };
      next = range.end;
      return range;
    });
    this.partitions = ranges.filter(({ first, end }) => end > first);
    this.commonSlots = next;
    this.slots = next + settings.length * (1 + months.length);
    let place = 1 + states.length;
    this.#districts = states.map(({ districts }) => {
      const range = { first: place, end: place + districts.length };
      place = range.end;
      return range;
    });
    this.placeCount = place;
    this.#stateOf = new Int32Array(place);
    for (const [index, { first, end }] of this.#districts.entries())
      this.#stateOf.fill(index + 1, first, end);
    this.#firstDistrictCoordinate = (1 + states.length) * this.slots;
    this.size = this.#firstDistrictCoordinate + (place - 1 - states.length) * this.commonSlots;
  }

  isDistrict(place: number): boolean {
    return place > this.stateCount;
  }

  /** Place of a district's state. */
  stateOf(place: number): number {
    return this.#stateOf[place] ?? 0;
  }

  districtsOf(state: number): CoordinateRange {
    return this.#districts[state - 1] ?? { first: 0, end: 0 };
  }

  monthSlot(month: number): number {
    return 1 + month;
  }

  /** Setting × period where month is −1. */
  settingSlot(month: number, setting: number): number {
    return this.commonSlots + (month + 1) * this.shape.settings.length + setting;
  }

  /** −1 where the place does not have the slot. */
  coordinate(place: number, slot: number): number {
    if (place <= this.stateCount) return place * this.slots + slot;
    if (slot >= this.commonSlots) return -1;
    return this.#firstDistrictCoordinate + (place - 1 - this.stateCount) * this.commonSlots + slot;
  }

  placeOf(coordinate: number): number {
    const beyond = coordinate - this.#firstDistrictCoordinate;
    return beyond < 0
      ? Math.floor(coordinate / this.slots)
      : 1 + this.stateCount + Math.floor(beyond / this.commonSlots);
  }

  slotOf(coordinate: number): number {
    const beyond = coordinate - this.#firstDistrictCoordinate;
    return beyond < 0 ? coordinate % this.slots : beyond % this.commonSlots;
  }

  /** What the coordinate is called in a published table. */
  named(coordinate: number): Coordinate {
    return { ...this.#placeNamed(this.placeOf(coordinate)), ...this.#slotNamed(this.slotOf(coordinate)) };
  }

  /** Every equation between coordinates: states and districts, months, sexes, age bands, settings. */
  equations(visit: (parent: number, children: readonly number[]) => void): void {
    for (let place = 0; place < this.placeCount; place += 1) {
      this.#equationsWithin(place, visit);
      if (this.isDistrict(place)) continue;
      const { first, end } = place === 0 ? { first: 1, end: 1 + this.stateCount } : this.districtsOf(place);
      const slots = place === 0 ? this.slots : this.commonSlots;
      for (let slot = 0; slot < slots; slot += 1)
        visit(
          this.coordinate(place, slot),
          range(first, end).map((child) => this.coordinate(child, slot)),
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

  #placeNamed(place: number): Coordinate {
    if (place === 0) return {};
    const state = this.isDistrict(place) ? this.stateOf(place) : place;
    const { code = "", districts = [] } = this.shape.states[state - 1] ?? {};
    if (!this.isDistrict(place)) return { state: code };
    return { state: code, district: districts[place - this.districtsOf(state).first] ?? "" };
  }

  #slotNamed(slot: number): Coordinate {
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
