import type { DeclaredTables } from "./declared-tables.ts";
import { ExchangeSearch } from "./exchange-search.ts";
import { KIND, type SuppressionState } from "./suppression-state.ts";
import { type LackingStep, ThoroughSearch } from "./thorough-search.ts";
import { Withholding } from "./withholding.ts";
import type { Witness, WitnessStep } from "./witness.ts";
import type { StepChoice, WitnessArchive } from "./witness-archive.ts";

/**
 * Suppresses more until every suppressed cell has the interval that it needs, with a witness for each end. What cannot be
 * protected takes more and more with it, at last its whole tree of populations: nothing is released unprotected. Ends, because
 * every round suppresses a cell or gives one up for good.
 */
export class Protection {
  /** What is given up for good. */
  readonly withholding: Withholding;
  readonly #tell: (witness: Witness) => void;
  readonly #kept: WitnessArchive | undefined;
  readonly #state: SuppressionState;
  readonly #tables: DeclaredTables;
  readonly #search: ExchangeSearch;
  readonly #thorough: ThoroughSearch;
  readonly #current: Int32Array;
  readonly #lowest: Int32Array;
  readonly #highest: Int32Array;
  readonly #widened = new Set<string>();
  #queue: number[] = [];
  /** Whether the witness in the making shows more of any cell than those before it. */
  #isNews = false;

  /** `tell` gets each witness as soon as its cells are suppressed; `kept` are witnesses of an earlier release. */
  constructor(state: SuppressionState, tell: (witness: Witness) => void, kept?: WitnessArchive) {
    this.#tell = tell;
    this.#kept = kept;
    this.#state = state;
    this.withholding = new Withholding(state);
    this.#tables = state.tables;
    const { values } = state.tables.system;
    this.#current = values.slice();
    this.#lowest = values.slice();
    this.#highest = values.slice();
    this.#search = new ExchangeSearch(state, this.#current);
    this.#thorough = new ThoroughSearch(state, this.#current);
  }

  run(): void {
    for (let cell = 0; cell < this.#tables.system.size; cell += 1)
      if (this.#state.isSuppressed(cell) && this.#state.kind(cell) !== KIND.ABSENT) this.#queue.push(cell);
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      for (const cell of queue)
        if (!this.withholding.covers(cell) && !this.#protect(cell) && !this.#protectAsBefore(cell))
          this.#giveUp(cell);
    }
  }

  #protect(cell: number): boolean {
    const value = this.#tables.system.value(cell);
    const { atMost, atLeast, width } = this.#state.requirement(cell);
    if (width === 0) {
      const isHigh = this.#extend(cell, 1, atLeast - value, true);
      return this.#extend(cell, -1, value - atMost, true) && isHigh;
    }
    for (const mayPay of [false, true])
      for (const direction of [1, -1] as const) {
        const reached =
          direction === 1 ? (this.#highest[cell] ?? 0) - value : value - (this.#lowest[cell] ?? 0);
        const missing = width - ((this.#highest[cell] ?? 0) - (this.#lowest[cell] ?? 0));
        if (missing <= 0 || this.#extend(cell, direction, reached + missing, mayPay)) return true;
      }
    return false;
  }

  /** By what protected it, or what it is part of, in an earlier release, and further from there: all that moves is suppressed. */
  #protectAsBefore(cell: number): boolean {
    const { lattice } = this.#tables;
    const coordinate = cell % lattice.size;
    const whole = cell - coordinate + lattice.coordinate(lattice.placeOf(coordinate), 0);
    for (const start of new Set([cell, whole]))
      for (const choices of this.#kept?.of(start) ?? [])
        for (const direction of [1, -1] as const) {
          if (this.#isProtected(cell)) return true;
          this.#extendFrom(this.#replay(choices), cell, direction, this.#distance(cell, direction), true);
        }
    return this.#isProtected(cell);
  }

  /** How far from its true count the cell has to get, at most. */
  #distance(cell: number, direction: 1 | -1): number {
    const value = this.#tables.system.value(cell);
    const { atMost, atLeast, width } = this.#state.requirement(cell);
    if (width === 0) return direction === 1 ? atLeast - value : value - atMost;
    return direction === 1
      ? width - (value - (this.#lowest[cell] ?? 0))
      : width - ((this.#highest[cell] ?? 0) - value);
  }

  /** As many of its steps as can be done. */
  #replay(choices: readonly StepChoice[]): WitnessStep[] {
    const taken: WitnessStep[] = [];
    for (const choice of choices) {
      const step = choice.find((one) => this.#canTake(one));
      if (step === undefined) break;
      this.#take(step);
      taken.push(step);
    }
    return taken;
  }

  #canTake({ amount, cells }: WitnessStep): boolean {
    const { size } = this.#tables.lattice;
    return cells.every((each) => {
      const cell = each < 0 ? ~each : each;
      const [node, coordinate] = [Math.floor(cell / size), cell % size];
      if (!this.#state.isSuppressed(cell) && !this.#state.isOpen(cell)) return false;
      const now = this.#current[cell] ?? 0;
      if (each < 0) return now - amount >= this.#state.floor(node, coordinate);
      return now > 0 || !this.#state.isKnownZero(node, coordinate);
    });
  }

  #isProtected(cell: number): boolean {
    const { atMost, atLeast, width } = this.#state.requirement(cell);
    const [low, high] = [this.#lowest[cell] ?? 0, this.#highest[cell] ?? 0];
    return low <= atMost && high >= atLeast && high - low >= width;
  }

  /** Moves the cell so far from its true count, step by step, and keeps the steps; what they touch has moved as well. */
  #extend(cell: number, direction: 1 | -1, distance: number, mayPay: boolean): boolean {
    const value = this.#tables.system.value(cell);
    const reached = direction === 1 ? (this.#highest[cell] ?? 0) - value : value - (this.#lowest[cell] ?? 0);
    return reached >= distance || this.#extendFrom([], cell, direction, distance, mayPay);
  }

  #end(steps: readonly WitnessStep[]): void {
    for (const { cells } of steps) for (const each of cells) this.#reset(each < 0 ? ~each : each);
    if (this.#isNews) this.#tell(steps);
    this.#isNews = false;
  }

  /** The same, after steps that were taken. */
  #extendFrom(
    steps: WitnessStep[],
    cell: number,
    direction: 1 | -1,
    distance: number,
    mayPay: boolean,
  ): boolean {
    let left = distance - direction * ((this.#current[cell] ?? 0) - this.#tables.system.value(cell));
    while (left > 0) {
      const step =
        this.#search.find(cell, direction, left, false) ??
        this.#afterRoom(cell, direction, left, steps) ??
        (mayPay ? this.#atAnyPrice(cell, direction, left, steps) : undefined);
      if (step === undefined) break;
      this.#take(step);
      steps.push(step);
      left -= step.amount;
    }
    this.#end(steps);
    return left <= 0;
  }

  #atAnyPrice(cell: number, direction: 1 | -1, left: number, steps: WitnessStep[]): WitnessStep | undefined {
    const step = this.#search.find(cell, direction, left, true);
    if (step !== undefined) return step;
    const found = this.#thorough.find(cell, direction, left);
    if ("cells" in found) return found;
    for (const lacking of found) if (this.#supply(lacking, cell, steps)) return lacking.exchange;
    return undefined;
  }

  /** Takes steps after which the cells that lack somebody have one to lose: parts change places with those beside them. */
  #supply({ exchange, lacking }: LackingStep, cell: number, steps: WitnessStep[]): boolean {
    const { size } = this.#tables.lattice;
    for (const each of lacking) {
      if (this.#canLose(each)) continue;
      const step = this.#search.find(each, 1, 1, true, Math.floor(cell / size));
      if (step === undefined) return false;
      this.#take(step);
      steps.push(step);
    }
    return this.#canTake({ ...exchange, amount: 1 });
  }

  #canLose(cell: number): boolean {
    const { size } = this.#tables.lattice;
    return (this.#current[cell] ?? 0) > this.#state.floor(Math.floor(cell / size), cell % size);
  }

  /**
   * A free step after one that makes room for it. A part can take from another only what that has, and that can have more where
   * their population is suppressed as well; so can a month, sex or age band, from another.
   */
  #afterRoom(cell: number, direction: 1 | -1, left: number, steps: WitnessStep[]): WitnessStep | undefined {
    if (direction < 0) return undefined;
    const { tree, lattice } = this.#tables;
    const node = Math.floor(cell / lattice.size);
    const { split } = tree.node(node);
    const parts = split < 0 ? [] : tree.split(split).parts;
    for (const other of parts) {
      const beside = other * lattice.size + (cell % lattice.size);
      if (other === node || (this.#current[beside] ?? 0) > 0) continue;
      const room = this.#search.find(beside, 1, left, false, node);
      if (room === undefined) continue;
      this.#take(room);
      steps.push(room);
      return this.#search.find(cell, direction, left, false);
    }
    return this.#afterSlotRoom(cell, left, steps);
  }

  #afterSlotRoom(cell: number, left: number, steps: WitnessStep[]): WitnessStep | undefined {
    const { lattice } = this.#tables;
    const coordinate = cell % lattice.size;
    const slot = lattice.slotOf(coordinate);
    const partition = lattice.partitions.find(({ first, end }) => slot >= first && slot < end);
    if (partition === undefined) return undefined;
    for (let other = partition.first; other < partition.end; other += 1) {
      const beside = cell - coordinate + lattice.coordinate(lattice.placeOf(coordinate), other);
      if (other === slot || (this.#current[beside] ?? 0) > 0) continue;
      const room = this.#search.find(beside, 1, left, false);
      if (room === undefined || moves(room, cell)) continue;
      this.#take(room);
      steps.push(room);
      const step = this.#search.find(cell, 1, left, false);
      if (step !== undefined) return step;
    }
    return undefined;
  }

  #take({ amount, cells }: WitnessStep): void {
    for (const each of cells) {
      const cell = each < 0 ? ~each : each;
      if (!this.#state.isSuppressed(cell)) this.#suppress(cell);
      this.#state.pledge(cell);
      const now = (this.#current[cell] ?? 0) + (each < 0 ? -amount : amount);
      this.#current[cell] = now;
      if (now > (this.#highest[cell] ?? 0)) this.#isNews = true;
      if (now < (this.#lowest[cell] ?? 0)) this.#isNews = true;
      this.#highest[cell] = Math.max(now, this.#highest[cell] ?? 0);
      this.#lowest[cell] = Math.min(now, this.#lowest[cell] ?? 0);
    }
  }

  #reset(cell: number): void {
    this.#current[cell] = this.#tables.system.value(cell);
  }

  #suppress(cell: number): void {
    this.#state.kinds[cell] = KIND.SECONDARY;
    this.#queue.push(cell);
  }

  /** Suppresses more and more around a cell that nothing protects, and has it looked at again; at last everything. */
  #giveUp(cell: number): void {
    const { tree, lattice } = this.#tables;
    const { split, root } = tree.node(Math.floor(cell / lattice.size));
    const everywhere = Array.from({ length: lattice.placeCount }, (_, place) => place);
    const around = this.#placesAround(lattice.placeOf(cell % lattice.size));
    const all = [...tree.nodes.keys()].filter((node) => tree.node(node).root === root);
    const parts = split < 0 ? all : tree.split(split).parts;
    // A suppressed zero has to be protected, too: zeros go last.
    const stages: readonly (readonly [readonly number[], readonly number[], number])[] =
      split < 0
        ? [
            [all, around, 1],
            [all, around, 0],
          ]
        : [
            [parts, around, 1],
            [parts, everywhere, 1],
          ];
    for (const [nodes, places, least] of stages) {
      const name = `${nodes.join()} ${places.join()} ${least}`;
      if (this.#widened.has(name)) continue;
      this.#widened.add(name);
      if (!this.#suppressAll(nodes, places, least)) continue;
      this.#queue.push(cell);
      return;
    }
    this.withholding.withhold(Math.floor(cell / lattice.size));
  }

  /** A district's state with all its districts; of a whole, the whole. */
  #placesAround(place: number): number[] {
    const { lattice } = this.#tables;
    const states = lattice.isState(place)
      ? [place]
      : lattice.isDistrict(place)
        ? lattice.parentsOf(place)
        : [];
    return [...new Set([place, ...states, ...states.flatMap((state) => lattice.childrenOf(state))])];
  }

  /** Counts of so many and more; whether there was anything to suppress. A suppressed zero has to be protected, too. */
  #suppressAll(nodes: readonly number[], places: readonly number[], least: number): boolean {
    const { lattice } = this.#tables;
    let isAny = false;
    for (const node of nodes)
      for (const place of places)
        for (let slot = 0; slot < lattice.slots; slot += 1) {
          const coordinate = lattice.coordinate(place, slot);
          const cell = node * lattice.size + coordinate;
          if (coordinate < 0 || !this.#state.isOpen(cell) || this.#tables.system.value(cell) < least)
            continue;
          this.#suppress(cell);
          isAny = true;
        }
    return isAny;
  }
}

function moves({ cells }: WitnessStep, cell: number): boolean {
  return cells.includes(cell) || cells.includes(~cell);
}
