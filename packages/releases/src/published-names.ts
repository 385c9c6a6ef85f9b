/** Places of a year's tables. Small ones do not stand by themselves: next to nothing of them could be told, and they would hide others. */
export interface PublishedNames {
  /** States with tables of their own. */
  readonly states: readonly string[];
  /** Districts of these with tables of their own, as `state|district`. */
  readonly districts: readonly string[];
  /** Whether the other states have tables together; else nobody of them is counted. */
  readonly hasOtherStates: boolean;
}

/** All other districts of a state, and those of all other states. */
const OTHER_DISTRICTS = "Other districts";
const OTHER_STATES = "Other states";

/** Persons of a year, as a multiple of k, with whom a place stands by itself. */
const LEAST_IN_K = 24;
/** The same for what is left of a state: it takes its smallest district with it, as long as it has fewer. */
const LEAST_LEFT_IN_K = 12;

/** `sizes`: persons of a year by `state|district`. */
export function publishedNames(sizes: ReadonlyMap<string, number>, k: number): PublishedNames {
  const byState = Map.groupBy(sizes, ([slice]) => slice.split("|")[0] ?? "");
  const total = (of: readonly (readonly [string, number])[]) => of.reduce((sum, [, size]) => sum + size, 0);
  const own = [...byState].filter(([state, of]) => state !== "unknown" && total(of) >= LEAST_IN_K * k);
  const rest = [...byState].filter(([state]) => !own.some(([name]) => name === state));
  return {
    states: own.map(([state]) => state).toSorted(),
    districts: own.flatMap(([, of]) => ownDistricts(of, k)).toSorted(),
    hasOtherStates: total(rest.flatMap(([, of]) => of)) >= LEAST_IN_K * k,
  };
}

function ownDistricts(of: readonly (readonly [string, number])[], k: number): string[] {
  const isOwn = ([slice, size]: readonly [string, number]) =>
    size >= LEAST_IN_K * k && !slice.endsWith("|unknown");
  const own = of.filter(isOwn).toSorted(([, a], [, b]) => b - a);
  let left = of.filter((one) => !isOwn(one)).reduce((sum, [, size]) => sum + size, 0);
  while (left > 0 && left < LEAST_LEFT_IN_K * k && own.length > 0) left += own.pop()?.[1] ?? 0;
  return own.map(([slice]) => slice);
}

/** `state|district` under which somebody counts; `undefined`: nowhere. */
export function publishedName(
  { states, districts, hasOtherStates }: PublishedNames,
  state: string,
  district: string,
): string | undefined {
  if (!states.includes(state)) return hasOtherStates ? `${OTHER_STATES}|${OTHER_DISTRICTS}` : undefined;
  const slice = `${state}|${district}`;
  return districts.includes(slice) ? slice : `${state}|${OTHER_DISTRICTS}`;
}

/** Every place that there is, `state|district`. */
export function allNames({ states, districts, hasOtherStates }: PublishedNames): string[] {
  const others = [...states, ...(hasOtherStates ? [OTHER_STATES] : [])].map(
    (state) => `${state}|${OTHER_DISTRICTS}`,
  );
  return [...districts, ...others].toSorted();
}
