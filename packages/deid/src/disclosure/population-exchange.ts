import type { PopulationTree } from "./population-tree.ts";

/** Populations and their signs: a vector that keeps every split. */
export interface PopulationExchange {
  readonly nodes: readonly number[];
  readonly signs: readonly number[];
}

/** Which part of a population moves with it. */
export type PartChoice = (parts: readonly number[], sign: number) => number;

interface Exchange {
  readonly nodes: number[];
  readonly signs: number[];
  /** Splits that are balanced already. */
  readonly splits: Set<number>;
}

/**
 * Ways in which one person more in a population keeps every split: one less in a part beside it, or beside a population that
 * it is part of, or one more in everything that it is part of. The populations moved take a part of each other split along.
 */
export function populationExchanges(
  tree: PopulationTree,
  node: number,
  choose: PartChoice,
): PopulationExchange[] {
  const found: Exchange[] = [];
  const path: Exchange = { nodes: [node], signs: [1], splits: new Set() };
  for (let top = node; ; ) {
    const { split } = tree.node(top);
    if (split < 0) {
      found.push(path);
      break;
    }
    path.splits.add(split);
    const { parent, parts } = tree.split(split);
    for (const other of parts) if (other !== top) found.push(copied(path, other, -1));
    path.nodes.push(parent);
    path.signs.push(1);
    top = parent;
  }
  for (const exchange of found) takeParts(tree, exchange, choose);
  return found;
}

function copied({ nodes, signs, splits }: Exchange, node: number, sign: number): Exchange {
  return { nodes: [...nodes, node], signs: [...signs, sign], splits: new Set(splits) };
}

/** The lists grow while they are walked: a part that was taken has splits of its own. */
function takeParts(tree: PopulationTree, { nodes, signs, splits }: Exchange, choose: PartChoice): void {
  for (let at = 0; at < nodes.length; at += 1) {
    const sign = signs[at] ?? 0;
    for (const split of tree.node(nodes[at] ?? 0).splits) {
      if (splits.has(split)) continue;
      splits.add(split);
      nodes.push(choose(tree.split(split).parts, sign));
      signs.push(sign);
    }
  }
}
