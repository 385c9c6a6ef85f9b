import type { CoordinateRange, TableLattice } from "./table-lattice.ts";

/** Slots of a place and their signs: a vector that keeps every equation between slots. */
export interface SlotExchange {
  readonly slots: readonly number[];
  readonly signs: readonly number[];
  readonly cost: number;
  /** How many times it can be applied at most. */
  readonly amount: number;
}

/** Less is better: what a person's move costs; what is free goes by how far it reaches. */
export function price(cost: number, amount: number): number {
  return amount <= 0 ? Number.POSITIVE_INFINITY : (cost + 0.001) / amount;
}

/** Cost and amount of every slot with either sign, filled by who searches. */
export class SlotPrices {
  readonly #lattice: TableLattice;
  readonly #costs: Float64Array;
  readonly #amounts: Int32Array;

  constructor(lattice: TableLattice) {
    this.#lattice = lattice;
    this.#costs = new Float64Array(lattice.slots * 2);
    this.#amounts = new Int32Array(lattice.slots * 2);
  }

  set(slot: number, sign: number, cost: number, amount: number): void {
    const at = slot * 2 + (sign > 0 ? 1 : 0);
    this.#costs[at] = cost;
    this.#amounts[at] = amount;
  }

  /** The cheapest vector with the slot in it, positive; with settings where the places have them. */
  best(slot: number, hasSettings: boolean): SlotExchange | undefined {
    let best: SlotExchange | undefined;
    const offer = (slots: readonly number[], signs: readonly number[]) => {
      const offered = this.#priced(slots, signs);
      const isBetter =
        best === undefined || price(offered.cost, offered.amount) < price(best.cost, best.amount);
      if (offered.amount > 0 && isBetter) best = offered;
    };
    const withSettings = hasSettings && this.#lattice.shape.settings.length > 0;
    if (slot >= this.#lattice.commonSlots) this.#offerSettings(slot, offer);
    else if (slot > 0) this.#offerSwap(slot, withSettings, offer);
    this.#offerChain(slot, withSettings, offer);
    return best;
  }

  #priced(slots: readonly number[], signs: readonly number[]): SlotExchange {
    let cost = 0;
    let amount = Number.MAX_SAFE_INTEGER;
    for (let index = 0; index < slots.length; index += 1) {
      const at = (slots[index] ?? 0) * 2 + ((signs[index] ?? 0) > 0 ? 1 : 0);
      cost += this.#costs[at] ?? 0;
      amount = Math.min(amount, this.#amounts[at] ?? 0);
    }
    return { slots, signs, cost, amount };
  }

  #price(slot: number, sign: number): number {
    const at = slot * 2 + (sign > 0 ? 1 : 0);
    return price(this.#costs[at] ?? 0, this.#amounts[at] ?? 0);
  }

  #cheapest({ first, end }: CoordinateRange, sign: number, but: number): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let slot = first; slot < end; slot += 1) {
      const own = slot === but ? Number.POSITIVE_INFINITY : this.#price(slot, sign);
      if (own < least) [best, least] = [slot, own];
    }
    return best;
  }

  /** One month for another; or sex, or age band. */
  #offerSwap(slot: number, withSettings: boolean, offer: Offer): void {
    const partition = this.#lattice.partitions.find(({ first, end }) => slot >= first && slot < end);
    if (partition === undefined) return;
    if (withSettings && slot <= this.#lattice.shape.months.length) {
      for (let other = partition.first; other < partition.end; other += 1)
        if (other !== slot) this.#offerMonthSwap(slot, other, offer);
      return;
    }
    const other = this.#cheapest(partition, -1, slot);
    if (other >= 0) offer([slot, other], [1, -1]);
  }

  #offerMonthSwap(slot: number, other: number, offer: Offer): void {
    for (const setting of this.#lattice.shape.settings.keys())
      offer(
        [
          slot,
          other,
          this.#lattice.settingSlot(slot - 1, setting),
          this.#lattice.settingSlot(other - 1, setting),
        ],
        [1, -1, 1, -1],
      );
  }

  /** One setting for another: between two months, or in a month and the period. */
  #offerSettings(slot: number, offer: Offer): void {
    const { settings, months } = this.#lattice.shape;
    const own = (slot - this.#lattice.commonSlots) % settings.length;
    const month = Math.floor((slot - this.#lattice.commonSlots) / settings.length) - 1;
    const at = (ofMonth: number, setting: number) => this.#lattice.settingSlot(ofMonth, setting);
    for (const other of settings.keys()) {
      if (other === own) continue;
      if (months.length === 0) offer([at(-1, own), at(-1, other)], [1, -1]);
      for (const second of months.keys()) {
        const [first, opposite] = month < 0 ? [-1, 1] : [month, -1];
        if (second === month) continue;
        offer(
          [at(first, own), at(first, other), at(second, own), at(second, other)],
          [1, -1, opposite, -opposite],
        );
      }
      if (month >= 0) offer([at(month, own), at(month, other), at(-1, own), at(-1, other)], [1, -1, 1, -1]);
    }
    for (const second of months.keys())
      if (month >= 0 && second !== month)
        offer([at(month, own), at(second, own), 1 + month, 1 + second], [1, -1, 1, -1]);
  }

  /** One person more in the period, and so in one month, sex, age band and setting. */
  #offerChain(slot: number, withSettings: boolean, offer: Offer): void {
    const slots = [0];
    const months = this.#lattice.shape.months.length;
    for (const partition of this.#lattice.partitions) {
      if (withSettings && partition.first === 1 && months > 0) continue;
      const isOwn = slot >= partition.first && slot < partition.end;
      slots.push(isOwn ? slot : this.#cheapest(partition, 1, -1));
    }
    if (slots.includes(-1)) return;
    if (withSettings) {
      const own = this.#monthAndSetting(slot);
      if (own.length === 0) return;
      slots.push(...own);
    }
    offer(slots, Array<number>(slots.length).fill(1));
  }

  #monthAndSetting(slot: number): readonly number[] {
    const { months, settings } = this.#lattice.shape;
    const ownSetting =
      slot < this.#lattice.commonSlots ? -1 : (slot - this.#lattice.commonSlots) % settings.length;
    const ownMonth =
      slot < this.#lattice.commonSlots
        ? slot <= months.length
          ? slot - 1
          : -1
        : Math.floor((slot - this.#lattice.commonSlots) / settings.length) - 1;
    let best: readonly number[] = [];
    let least = Number.POSITIVE_INFINITY;
    for (const setting of settings.keys()) {
      if (ownSetting >= 0 && setting !== ownSetting) continue;
      const period = this.#lattice.settingSlot(-1, setting);
      const choices =
        months.length === 0
          ? [[period]]
          : [...months.keys()]
              .filter((month) => ownMonth < 0 || month === ownMonth)
              .map((month) => [period, 1 + month, this.#lattice.settingSlot(month, setting)]);
      for (const choice of choices) {
        const { cost, amount } = this.#priced(choice, [1, 1, 1]);
        if (price(cost, amount) >= least) continue;
        [best, least] = [choice, price(cost, amount)];
      }
    }
    return best;
  }
}

type Offer = (slots: readonly number[], signs: readonly number[]) => void;
