import { Cube, eachPerson, type RowChanges } from "@aarohan/measures";
import type { CubeChanges, CubeProgress } from "./cube-progress.ts";
import { CubeTable } from "./cube-table.ts";
import { FactTable } from "./fact-table.ts";

/**
 * Facts, and the cube that is counted from them, in memory and stored; beside it the table into which everything is read anew.
 * Changes are committed with how far they go. Holds one cube: at most about 60 MB for a million different rows.
 */
export class CountedCube {
  readonly #storage: DurableObjectStorage;
  readonly #progress: CubeProgress;
  readonly #tables: readonly [FactTable, FactTable];
  readonly #stored: CubeTable;
  /** `undefined` until it is needed, and after a step that went wrong. */
  #cube: Cube | undefined;

  constructor(storage: DurableObjectStorage, progress: CubeProgress) {
    this.#storage = storage;
    this.#progress = progress;
    this.#tables = [new FactTable(storage.sql, 0), new FactTable(storage.sql, 1)];
    this.#stored = new CubeTable(storage.sql);
  }

  /** The facts that are counted. */
  get table(): FactTable {
    return this.#tables[this.#progress.facts?.generation ?? 0];
  }

  /** Where everything is read anew. */
  get next(): FactTable {
    return this.#tables[this.#progress.facts?.generation === 1 ? 0 : 1];
  }

  /** As it was stored; from the facts, where it was not. */
  loaded(): Cube {
    this.#cube ??= this.#progress.facts?.isSaved === false ? this.#countedAnew() : this.#stored.load();
    return this.#cube;
  }

  /** What is in memory may be half of a step. */
  unload(): void {
    this.#cube = undefined;
  }

  commit(change: () => RowChanges | undefined, facts: CubeChanges): void {
    const cube = this.loaded();
    this.#storage.transactionSync(() => {
      const changes = change();
      if (changes !== undefined) cube.take(changes);
      this.#progress.set({ ...facts, ...(changes === undefined ? {} : { isSaved: false }) });
    });
  }

  save(facts: CubeChanges): void {
    this.#storage.transactionSync(() => {
      this.#stored.save(this.loaded());
      this.#progress.set({ ...facts, isSaved: true });
    });
  }

  clear(): void {
    for (const table of this.#tables) table.clear();
    this.#stored.clear();
    this.unload();
  }

  /** Takes everybody out of the cube of whom there are facts: nobody must be left. The cube is of no use then. */
  cellsUnlike(): number {
    const cube = this.loaded();
    for (const rows of eachPerson(this.table, this.table.patients()))
      cube.take({ removed: rows, added: { screenings: [], followUps: [] } });
    this.unload();
    return cube.occupied();
  }

  /** What was read anew is counted from now on. */
  swap(facts: CubeChanges): void {
    this.unload();
    this.#storage.transactionSync(() => {
      this.table.clear();
      const generation = this.#progress.facts?.generation === 1 ? 0 : 1;
      this.#progress.set({ ...facts, generation, isSaved: false });
      this.#stored.save(this.loaded());
      this.#progress.set({ isSaved: true });
    });
  }

  /** Its numbers stand for names in another order: nothing of what was stored goes with it. */
  #countedAnew(): Cube {
    this.#stored.clear();
    const cube = new Cube();
    for (const rows of eachPerson(this.table, this.table.patients())) cube.add(rows);
    return cube;
  }
}
