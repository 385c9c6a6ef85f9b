/** Counts a million screenings, asks, and makes a release of a year: prints rows of figures as JSON. Run with --expose-gc. */
import { listedRegion } from "@aarohan/deid";
import { generatePopulation } from "@aarohan/devkit";
import {
  Cube,
  createFactStore,
  eachPerson,
  type Fact,
  frozenChunks,
  INDICATORS,
  readFact,
  takeFacts,
  tally,
} from "@aarohan/measures";
import { type MonthRows, nextRelease } from "@aarohan/releases";

const SCREENINGS = 1_000_000;
const PATIENTS = 20_000;
const YEAR = 2025;
const ASKED = 200;

const collect = globalThis.gc;
if (collect === undefined) throw new Error("run with --expose-gc");
const rows: [string, string][] = [];
const seconds = (from: number) => (performance.now() - from) / 1000;

let resources = 0;
const facts = [...generatePopulation({ patients: PATIENTS })].flatMap((resource) => {
  resources += 1;
  return readFact(resource, { regionOf: listedRegion }) ?? [];
});

/** The same people again, on other days: other persons. */
function repeated(fact: Fact, turn: number): Fact {
  const named = (id: string) => `${turn}/${id}`;
  const moved = "day" in fact ? { day: fact.day + ((turn * 7) % 61) - 30 } : {};
  const links = fact.kind === "person" ? { links: fact.links.map(named) } : {};
  const encounter =
    "encounter" in fact && fact.encounter !== undefined ? { encounter: named(fact.encounter) } : {};
  return { ...fact, key: named(fact.key), patient: named(fact.patient), ...moved, ...links, ...encounter };
}

/** Bytes of typed arrays, in which a cube holds everything but a few names. */
function held(): number {
  collect?.();
  return process.memoryUsage().arrayBuffers / 1e6;
}

const before = held();
const cube = new Cube();
const screenings = facts.filter(({ kind }) => kind === "screening").length;
const turns = Math.ceil(SCREENINGS / screenings);
let counting = 0;
for (let turn = 0; turn < turns; turn += 1) {
  const own = facts.map((fact) => repeated(fact, turn));
  const started = performance.now();
  const store = createFactStore();
  takeFacts(store, own);
  for (const person of eachPerson(store, new Set(own.map(({ patient }) => patient)))) cube.add(person);
  counting += seconds(started);
}
rows.push(
  ["screenings, of resources", `${screenings * turns} of ${resources * turns}`],
  [
    "facts ▸ rows ▸ cube",
    `${counting.toFixed(1)} s, ${Math.round((screenings * turns) / counting)} screenings a second`,
  ],
  [
    "live memory of the cube",
    `${(held() - before).toFixed(0)} MB, ${cube.screenings.size} different rows of screenings`,
  ],
);

const period = { from: 20_089, to: 20_453 };
const indicators = INDICATORS.filter(({ subject }) => subject === "screenings");
const filters = [
  {},
  { state: ["Karnataka"] },
  { sex: ["female"], "age-band": ["40-49"] },
  { setting: ["field"] },
];
const times = Array.from({ length: ASKED }, (_, at) => {
  const indicator = indicators[at % indicators.length];
  const started = performance.now();
  if (indicator !== undefined)
    tally(cube, { indicator, period, filter: filters[at % 4] ?? {}, by: ["district", "sex"] });
  return performance.now() - started;
}).toSorted((a, b) => a - b);
rows.push([
  "a filtered report, by district and sex",
  `p50 ${times[ASKED / 2]?.toFixed(0)} ms, p99 ${times[Math.floor(ASKED * 0.99)]?.toFixed(0)} ms`,
]);

const kept = new Map<number, MonthRows>();
const live = async (month: number) => ({
  names: cube.names,
  chunks: frozenChunks(cube, [(YEAR - 1970) * 12 + month]),
});
const frozen = {
  read: (_year: number, month: number) => kept.get(month) ?? { names: cube.names, chunks: [] },
  write: (_year: number, month: number, _revision: number, own: MonthRows) => void kept.set(month, own),
};
const started = performance.now();
const released = await nextRelease(
  undefined,
  YEAR,
  12,
  { frozen, live, now: 0 },
  { disclosure: "suppression", k: 11, keyOf: () => 0, revisionMilliseconds: 1 },
);
const numbers =
  released?.places.flatMap((place) => [...place.numbers]).filter((number) => number !== -2) ?? [];
const hidden = numbers.filter((number) => number === -1).length;
rows.push([
  "release of a year",
  `${seconds(started).toFixed(1)} s, ${numbers.length} numbers of ${released?.places.length} places, ${((100 * hidden) / numbers.length).toFixed(1)} % suppressed`,
]);
console.log(JSON.stringify(rows));
