import {
  deletionFact,
  FACT_TYPES,
  type Fact,
  type FactType,
  forgetPatients,
  type RowChanges,
  takeFacts,
} from "@aarohan/measures";
import type { Call } from "@aarohan/upstream";
import type { CountedCube } from "./counted-cube.ts";
import type { CubeChanges, CubeFacts } from "./cube-progress.ts";
import type { FactPages, PageStart } from "./fact-pages.ts";
import type { FactTable } from "./fact-table.ts";

/**
 * What a round reads, page by page. The first one, and one that reads everything anew, is over with the changes. By the Consents
 * that have changed, who is withheld now is forgotten; then who is not is read whole: nobody is shown meanwhile who must not be.
 */
export type RoundPart =
  | { readonly kind: "changes" | "deletions"; readonly type: FactType }
  | { readonly kind: "withheld" | "shown" };

const ROUND_PARTS: readonly RoundPart[] = [
  ...FACT_TYPES.map((type) => ({ kind: "changes", type }) as const),
  ...FACT_TYPES.map((type) => ({ kind: "deletions", type }) as const),
  { kind: "withheld" },
  { kind: "shown" },
];

export interface RoundPage {
  /** Cursor of the next one; `undefined` on the last. */
  readonly next: string | undefined;
  readonly progress?: CubeChanges;
  take(): RowChanges | undefined;
}

/** Clocks differ, and what is being written while a page is read has an earlier time. */
export const OVERLAP_MILLISECONDS = 60_000;
/** Consents of a page by which patients are forgotten, and by which they are read whole. */
const FORGOTTEN_AT_ONCE = 500;
const SHOWN_AT_ONCE = 50;

/** `undefined` where the round is over. */
export function partOf({ part, dataAsOf, rebuildFrom }: CubeFacts): RoundPart | undefined {
  const own = ROUND_PARTS[part];
  const isWhole = dataAsOf === undefined || rebuildFrom !== undefined;
  return isWhole && own?.kind !== "changes" ? undefined : own;
}

/** The next page of a part. What it changes is taken by the caller, if the round is still the one that it was read for. */
export async function readPage(
  part: RoundPart,
  round: CubeFacts,
  counted: CountedCube,
  pages: FactPages,
  call: Call,
): Promise<RoundPage> {
  if (part.kind === "changes") return readChanges(part.type, round, counted, pages, call);
  const { cursor, dataAsOf = 0, readUpTo = dataAsOf - OVERLAP_MILLISECONDS } = round;
  const from = cursor === undefined ? { since: readUpTo } : { cursor };
  const { table } = counted;
  switch (part.kind) {
    case "deletions":
      return readDeletions(part.type, from, table, pages, call);
    case "withheld":
      return readWithheld(from, table, pages, call);
    case "shown":
      return readShown(from, table, pages, call);
  }
}

async function readChanges(
  type: FactType,
  { cursor, reached, rebuildFrom }: CubeFacts,
  { table, next }: CountedCube,
  pages: FactPages,
  call: Call,
): Promise<RoundPage> {
  const isCounted = rebuildFrom === undefined;
  const since = isCounted ? reached[type] : undefined;
  const from =
    cursor === undefined
      ? { since: since === undefined ? undefined : since - OVERLAP_MILLISECONDS }
      : { cursor };
  const page = await pages.read(type, from, call);
  const latest = Math.max(reached[type] ?? 0, page.reached ?? 0);
  return {
    next: page.next,
    progress: { reached: latest === 0 ? reached : { ...reached, [type]: latest } },
    take() {
      if (isCounted) return takeFacts(table, page.facts);
      // What is read from scratch is counted at the end.
      takeFacts(next, page.facts);
      return undefined;
    },
  };
}

async function readDeletions(
  type: FactType,
  from: PageStart,
  table: FactTable,
  pages: FactPages,
  call: Call,
): Promise<RoundPage> {
  const { deletions, next } = await pages.deletions(type, from, call);
  const factsOf = () => deletions.flatMap(({ key, at }) => deletionOf(table.get(key), at));
  return { next, take: () => takeFacts(table, factsOf()) };
}

function deletionOf(known: Fact | undefined, at = Date.now()): Fact[] {
  return known === undefined ? [] : [deletionFact(known, at)];
}

async function readWithheld(
  from: PageStart,
  table: FactTable,
  pages: FactPages,
  call: Call,
): Promise<RoundPage> {
  const { patients, reached, next } = await pages.consents(from, FORGOTTEN_AT_ONCE, call);
  const withheld = await pages.withheldOf(patients, call);
  const names = [...withheld].map((id) => pages.nameOf("Patient", id));
  return { next, progress: upTo(reached), take: () => forgetPatients(table, names) };
}

async function readShown(
  from: PageStart,
  table: FactTable,
  pages: FactPages,
  call: Call,
): Promise<RoundPage> {
  const { patients, reached, next } = await pages.consents(from, SHOWN_AT_ONCE, call);
  const withheld = await pages.withheldOf(patients, call);
  const shown = patients.filter((id) => !withheld.has(id));
  const facts = await pages.about(shown, FACT_TYPES, call);
  return { next, progress: upTo(reached), take: () => takeFacts(table, facts) };
}

function upTo(reached: number | undefined): CubeChanges {
  return reached === undefined ? {} : { readUpTo: reached };
}
