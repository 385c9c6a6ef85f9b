/**
 * Counts of equal rows: a row is so many numbers of 16 bits, a cell is a row and how many there are of it. Finds a row by a
 * hash table of its own. Holds about 2 bytes for each number and 12 more for each cell: a million different rows of 17
 * numbers take about 60 MB while they grow, 46 MB then.
 */
export class CellTable {
  readonly width: number;
  #cells: Uint16Array;
  #counts: Int32Array;
  #slots: Int32Array;
  #size = 0;

  constructor(width: number) {
    this.width = width;
    this.#cells = new Uint16Array(1024 * width);
    this.#counts = new Int32Array(1024);
    this.#slots = new Int32Array(4096).fill(-1);
  }

  /** Cells, those that have become empty among them. */
  get size(): number {
    return this.#size;
  }

  /** Numbers of all cells, one cell after the other; valid until the next `add`. */
  get cells(): Uint16Array {
    return this.#cells;
  }

  count(cell: number): number {
    return this.#counts[cell] ?? 0;
  }

  /** `by` may be negative: what was counted is taken back. */
  add(row: ArrayLike<number>, by: number): void {
    let slot = this.#slotOf(row);
    if (this.#slots[slot] === -1) {
      if (this.#size + 1 > this.#slots.length / 2) {
        this.#grow();
        slot = this.#slotOf(row);
      }
      this.#slots[slot] = this.#append(row);
    }
    const cell = this.#slots[slot] ?? 0;
    this.#counts[cell] = (this.#counts[cell] ?? 0) + by;
  }

  #append(row: ArrayLike<number>): number {
    const cell = this.#size;
    this.#size += 1;
    if (this.#size > this.#counts.length) {
      this.#cells = enlarged(this.#cells, new Uint16Array(this.#cells.length * 2));
      this.#counts = enlarged(this.#counts, new Int32Array(this.#counts.length * 2));
    }
    for (let at = 0; at < this.width; at += 1) this.#cells[cell * this.width + at] = row[at] ?? 0;
    return cell;
  }

  /** Where the row stands, or would. */
  #slotOf(row: ArrayLike<number>): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash(row, 0) & mask; ; slot = (slot + 1) & mask) {
      const cell = this.#slots[slot] ?? -1;
      if (cell === -1 || this.#isAt(row, cell)) return slot;
    }
  }

  #isAt(row: ArrayLike<number>, cell: number): boolean {
    const from = cell * this.width;
    for (let at = 0; at < this.width; at += 1) if (this.#cells[from + at] !== row[at]) return false;
    return true;
  }

  #hash(row: ArrayLike<number>, from: number): number {
    let hash = 0x811c9dc5;
    for (let at = from; at < from + this.width; at += 1) hash = Math.imul(hash ^ (row[at] ?? 0), 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (let cell = 0; cell < this.#size; cell += 1) {
      let slot = this.#hash(this.#cells, cell * this.width) & mask;
      while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
      this.#slots[slot] = cell;
    }
  }
}

function enlarged<A extends Uint16Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
