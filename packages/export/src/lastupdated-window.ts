/** Resources by `meta.lastUpdated`, in milliseconds since 1970: at or after `from`, and before `before`. */
export interface LastUpdatedWindow {
  /** `undefined`: from the beginning. */
  readonly from: number | undefined;
  readonly before: number;
}

export interface WindowPorts {
  /** How many resources a window holds. */
  readonly count: (window: LastUpdatedWindow) => Promise<number>;
  /** Time of the oldest resource; `undefined` where the server does not say. */
  readonly oldest: () => Promise<number | undefined>;
}

export interface PlannedWindow extends LastUpdatedWindow {
  readonly expected: number;
}

/** Resources in one window: their ids are held in memory while it is read. */
export const MOST_IN_WINDOW = 50_000;
/** Shorter windows are not divided: a load may write everything within one second. */
const SHORTEST_MILLISECONDS = 1000;

/**
 * Divides a window that holds `expected` resources into windows of at most 50,000 where their times allow it, by halving
 * and counting. The windows do not overlap, and hold everything that the whole holds; empty ones are left out.
 */
export async function planWindows(
  whole: LastUpdatedWindow,
  expected: number,
  ports: WindowPorts,
  most = MOST_IN_WINDOW,
): Promise<PlannedWindow[]> {
  if (expected <= most) return [{ ...whole, expected }];
  const from = whole.from ?? (await ports.oldest());
  if (from === undefined) return [{ ...whole, expected }];
  const parts = await halve({ from, before: whole.before }, expected, ports, most);
  // What the server counts and finds may differ by a moment at the edges: the first window begins where the whole does.
  return parts.map((part, index) => (index === 0 ? { ...part, from: whole.from } : part));
}

async function halve(
  { from, before }: { readonly from: number; readonly before: number },
  expected: number,
  ports: WindowPorts,
  most: number,
): Promise<PlannedWindow[]> {
  if (expected <= most || before - from <= SHORTEST_MILLISECONDS) return [{ from, before, expected }];
  const middle = from + Math.floor((before - from) / 2);
  const early = Math.min(await ports.count({ from, before: middle }), expected);
  const late = expected - early;
  // An empty half is joined to the other one, so that nothing that a wrong count hides is left out.
  if (early === 0) return widened(await halve({ from: middle, before }, late, ports, most), from);
  if (late === 0) {
    const parts = await halve({ from, before: middle }, early, ports, most);
    return parts.map((part, index) => (index === parts.length - 1 ? { ...part, before } : part));
  }
  return [
    ...(await halve({ from, before: middle }, early, ports, most)),
    ...(await halve({ from: middle, before }, late, ports, most)),
  ];
}

function widened(parts: readonly PlannedWindow[], from: number): PlannedWindow[] {
  return parts.map((part, index) => (index === 0 ? { ...part, from } : part));
}

/** A window as search parameters (FHIR R4 §3.1.1.3.2). */
export function windowParameters({ from, before }: LastUpdatedWindow): [name: string, value: string][] {
  const instant = (milliseconds: number) => new Date(milliseconds).toISOString();
  return [
    ...(from === undefined ? [] : [["_lastUpdated", `ge${instant(from)}`] satisfies [string, string]]),
    ["_lastUpdated", `lt${instant(before)}`],
  ];
}
