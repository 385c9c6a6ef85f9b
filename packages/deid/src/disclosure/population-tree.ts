import { DisclosureError } from "./disclosure-error.ts";

/** People who are counted, and how they are split; populations of several measures that are the same are one. */
export interface Population {
  readonly name: string;
  readonly splits?: readonly Split[];
}

/** A partition of a population: everybody in it is in exactly one of the parts. */
export interface Split {
  readonly parts: readonly Population[];
  /** Parts that must not be seen to be everybody ("12 of 12 positive"); default none. */
  readonly sensitive?: readonly string[];
}

/** A measure as nested counts. Equal names are the same people. */
export interface MeasurePopulations {
  readonly initial: string;
  /** Default the initial population. */
  readonly denominator?: string;
  /** Of the denominator: the numerator, or several categories that exclude each other. */
  readonly parts: readonly string[];
  /** Name of the denominator's remainder, which is a cell as well; without it the parts are everybody. */
  readonly remainder?: string;
}

export interface SplitNode {
  readonly parent: number;
  readonly parts: readonly number[];
  readonly sensitive: readonly number[];
}

export interface PopulationNode {
  readonly name: string;
  /** The split that it is part of; −1: of none. */
  readonly split: number;
  /** Splits of its own. */
  readonly splits: readonly number[];
  /** Index of the population that all is part of. */
  readonly root: number;
}

/** Populations in one list, every parent before its parts. */
export class PopulationTree {
  readonly nodes: PopulationNode[] = [];
  readonly splits: SplitNode[] = [];

  constructor(roots: readonly Population[]) {
    for (const root of roots) this.#add(root, -1, this.nodes.length);
    if (new Set(this.nodes.map(({ name }) => name)).size < this.nodes.length)
      throw new DisclosureError("two populations have the same name");
  }

  node(index: number): PopulationNode {
    const node = this.nodes[index];
    if (node === undefined) throw new DisclosureError(`no population ${index}`);
    return node;
  }

  split(index: number): SplitNode {
    const split = this.splits[index];
    if (split === undefined) throw new DisclosureError(`no split ${index}`);
    return split;
  }

  #add(population: Population, split: number, root: number): number {
    const index = this.nodes.length;
    const splits: number[] = [];
    this.nodes.push({ name: population.name, split, splits, root });
    for (const { parts, sensitive = [] } of population.splits ?? []) {
      const own: { parent: number; parts: number[]; sensitive: number[] } = {
        parent: index,
        parts: [],
        sensitive: [],
      };
      splits.push(this.splits.length);
      this.splits.push(own);
      for (const part of parts) {
        own.parts.push(this.#add(part, this.splits.indexOf(own), root));
        if (sensitive.includes(part.name)) own.sensitive.push(own.parts.at(-1) ?? -1);
      }
    }
    return index;
  }
}

/**
 * Populations of measures, those that several share only once. In each split of a denominator every named part is sensitive
 * and the remainder is not: that nobody is positive may be seen, that everybody is may not.
 */
export function measurePopulations(measures: readonly MeasurePopulations[]): Population[] {
  const initials = Map.groupBy(measures, ({ initial }) => initial);
  return [...initials].map(([initial, own]) => {
    const denominators = Map.groupBy(own, ({ denominator = initial }) => denominator);
    const whole = denominators.get(initial) ?? [];
    denominators.delete(initial);
    const partial = [...denominators].map(([name, those]) => ({
      parts: [{ name, splits: splitsOf(those) }, { name: `${initial} without ${name}` }],
    }));
    return { name: initial, splits: [...splitsOf(whole), ...partial] };
  });
}

/** Measures that split their denominator in the same way share the parts. */
function splitsOf(measures: readonly MeasurePopulations[]): Split[] {
  const bySplit = new Map(measures.map((each) => [[...each.parts, each.remainder ?? ""].join("\n"), each]));
  return [...bySplit.values()].map(splitOf);
}

function splitOf({ parts, remainder }: MeasurePopulations): Split {
  const names = remainder === undefined ? parts : [...parts, remainder];
  return { parts: names.map((name) => ({ name })), sensitive: parts };
}
