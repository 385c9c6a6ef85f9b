import { listedRegion } from "@aarohan/deid";
import { allRows, Cube, createFactStore, frozenChunks, readFact, takeFacts } from "@aarohan/measures";
import type { FrozenMonths, MonthRows, ReleaseSources } from "../src/index.ts";

export type Resources = Parameters<typeof readFact>[0][];

/** The cube of these resources. */
export function cubeOf(resources: Resources): Cube {
  const store = createFactStore();
  const facts = resources.flatMap((resource) => readFact(resource, { regionOf: listedRegion }) ?? []);
  takeFacts(store, facts);
  const cube = new Cube();
  cube.add(allRows(store, new Set(facts.map(({ patient }) => patient))));
  return cube;
}

/** One month of a year, as it would be frozen now. */
function monthOf(cube: Cube, year: number, month: number): MonthRows {
  return { names: cube.names, chunks: frozenChunks(cube, [(year - 1970) * 12 + month]) };
}

export class FrozenMemory implements FrozenMonths {
  readonly #kept = new Map<string, MonthRows>();

  read(year: number, month: number, revision: number): MonthRows {
    for (let own = revision; own >= 0; own -= 1) {
      const found = this.#kept.get([year, month, own].join());
      if (found !== undefined) return found;
    }
    throw new Error(`month ${month} is not frozen`);
  }

  write(year: number, month: number, revision: number, rows: MonthRows): void {
    this.#kept.set([year, month, revision].join(), rows);
  }

  /** The programme as this cube has it, in a year. */
  sources(cube: Cube, year: number, now: number): ReleaseSources {
    return { frozen: this, live: async (month) => monthOf(cube, year, month), now };
  }
}
