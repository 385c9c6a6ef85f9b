import { DisclosureError } from "./disclosure-error.ts";

/** Tells every equation `parent = Σ children`, in the same order each time. */
export type Equations = (visit: (parent: number, children: readonly number[]) => void) => void;

/**
 * Cells with integer values ≥ 0 and the equations between them: all that can be published, derivable cells included. Holds
 * about 8 bytes for each cell and 4 for each place of a cell in an equation.
 */
export class TableSystem {
  readonly values: Int32Array;
  readonly equations: Equations;
  readonly equationCount: number;
  readonly #starts: Int32Array;
  /** Equation + 1, negative where the cell is the parent. */
  readonly #places: Int32Array;

  /** Throws where a value is no count or an equation does not hold. */
  constructor(values: Int32Array, equations: Equations) {
    this.values = values;
    this.equations = equations;
    this.#starts = new Int32Array(values.length + 1);
    let count = 0;
    equations((parent, children) => {
      count += 1;
      this.#check(parent, children);
      for (const cell of [parent, ...children]) this.#starts[cell + 1] = (this.#starts[cell + 1] ?? 0) + 1;
    });
    this.equationCount = count;
    for (let cell = 0; cell < values.length; cell += 1)
      this.#starts[cell + 1] = (this.#starts[cell + 1] ?? 0) + (this.#starts[cell] ?? 0);
    this.#places = this.#placesOf();
  }

  get size(): number {
    return this.values.length;
  }

  value(cell: number): number {
    return this.values[cell] ?? 0;
  }

  /** Adds `by` times the cell's sign to each of its equations' residuals in `balances`. */
  addTo(balances: Map<number, number>, cell: number, by: number): void {
    const end = this.#starts[cell + 1] ?? 0;
    for (let at = this.#starts[cell] ?? 0; at < end; at += 1) {
      const place = this.#places[at] ?? 0;
      const equation = Math.abs(place);
      balances.set(equation, (balances.get(equation) ?? 0) + (place < 0 ? -by : by));
    }
  }

  #check(parent: number, children: readonly number[]): void {
    const sum = children.reduce((total, child) => total + this.value(child), 0);
    if (children.some((child) => this.value(child) < 0) || this.value(parent) !== sum)
      throw new DisclosureError(`cell ${parent} is ${this.value(parent)}, its parts are ${sum}`);
  }

  #placesOf(): Int32Array {
    const places = new Int32Array(this.#starts[this.size] ?? 0);
    const next = this.#starts.slice(0, this.size);
    const put = (cell: number, place: number) => {
      const at = next[cell] ?? 0;
      places[at] = place;
      next[cell] = at + 1;
    };
    let equation = 0;
    this.equations((parent, children) => {
      equation += 1;
      put(parent, -equation);
      for (const child of children) put(child, equation);
    });
    return places;
  }
}
