import type { Coordinate, TableShape } from "./table-shape.ts";

/**
 * A district as some releases have it: one place, or all that it was and is. Two bodies of the same releases can give each other
 * persons: of one state, that changes no other place; of two, their states change with them.
 */
export interface PlaceBody {
  readonly district: number;
  readonly districts: readonly number[];
  /** Place of the state in the shape. */
  readonly state: number;
  /** Its places. */
  readonly states: readonly number[];
  /** Districts, states and wholes. */
  readonly all: readonly number[];
  /** The same for the same releases. */
  readonly releases: string;
}

/**
 * Places as the releases published them, in three levels: wholes, states, districts. A revision makes a district another place;
 * its state and the whole become others with it, and every other district is part of both the old state and the new one.
 */
export class PlaceHistory {
  readonly firstState: number;
  readonly firstDistrict: number;
  readonly parents: (readonly number[])[] = [];
  readonly children: (readonly number[])[] = [];
  /** Each place, and all that it is part of. */
  readonly upwards: readonly (readonly number[])[];
  /** What can gain or lose a person by itself, district by district. */
  readonly bodies: readonly PlaceBody[];
  /** Of each place those with it. */
  readonly bodiesOf: readonly (readonly PlaceBody[])[];
  /** Of each district its last place. */
  readonly latest: readonly number[];
  readonly #names: Pick<Coordinate, "state" | "district" | "revision">[] = [];

  constructor({ states, revisions = [] }: TableShape) {
    const stateOf = states.flatMap(({ districts }, state) => districts.map(() => state));
    const views = [stateOf.map((_, district) => district), ...revisions];
    const stateViews = views.map((taken, view) =>
      view === 0
        ? [...states.keys()]
        : [...new Set(taken.map((district) => stateOf[district] ?? 0))].sort((a, b) => a - b),
    );
    this.firstState = views.length;
    this.firstDistrict = this.firstState + stateViews.reduce((sum, { length }) => sum + length, 0);
    for (const revision of views.keys()) this.#names.push({ revision });
    for (const [revision, taken] of stateViews.entries())
      for (const state of taken) this.#names.push({ state: states[state]?.code ?? "", revision });
    const names = states.flatMap(({ code, districts }) =>
      districts.map((district) => ({ state: code, district })),
    );
    for (const [revision, taken] of views.entries())
      for (const district of taken)
        this.#names.push({ state: "", district: "", ...names[district], revision });
    const districtsOf = stateOf.map(() => [] as number[]);
    this.#link(views, stateViews, stateOf, districtsOf);
    this.latest = districtsOf.map((places) => places.at(-1) ?? 0);
    const above = (place: number): number[] => [place, ...(this.parents[place] ?? []).flatMap(above)];
    this.upwards = this.parents.map((_, place) => [...new Set(above(place))]);
    this.bodies = this.#bodiesOf(districtsOf, stateOf);
    this.bodiesOf = this.parents.map((_, place) => this.bodies.filter(({ all }) => all.includes(place)));
  }

  get count(): number {
    return this.#names.length;
  }

  named(place: number): Pick<Coordinate, "state" | "district" | "revision"> {
    return this.#names[place] ?? { revision: 0 };
  }

  /** Release after release: what the places are at that time belongs together. */
  #link(
    views: readonly (readonly number[])[],
    stateViews: readonly (readonly number[])[],
    stateOf: readonly number[],
    districtsOf: readonly number[][],
  ): void {
    const parents = this.#names.map(() => new Set<number>());
    const districts: number[] = [];
    const states: number[] = [];
    let [nextState, nextDistrict] = [this.firstState, this.firstDistrict];
    for (const [view, taken] of views.entries()) {
      for (const state of stateViews[view] ?? []) states[state] = nextState++;
      for (const district of taken) {
        districts[district] = nextDistrict;
        districtsOf[district]?.push(nextDistrict++);
      }
      for (const place of states) parents[place]?.add(view);
      for (const [district, place] of districts.entries())
        parents[place]?.add(states[stateOf[district] ?? 0] ?? 0);
    }
    const children = parents.map(() => [] as number[]);
    for (const [place, own] of parents.entries()) {
      this.parents.push([...own]);
      for (const parent of own) children[parent]?.push(place);
    }
    this.children.push(...children);
  }

  /** Each place of a district by itself, and all of them together. */
  #bodiesOf(districtsOf: readonly (readonly number[])[], stateOf: readonly number[]): PlaceBody[] {
    return districtsOf.flatMap((places, district) => {
      const single = places.map((place) => [place]);
      return [...single, ...(places.length > 1 ? [places] : [])].map((districts) => {
        const all = [...new Set(districts.flatMap((place) => this.upwards[place] ?? []))];
        return {
          district,
          districts,
          state: stateOf[district] ?? 0,
          states: all.filter((place) => place >= this.firstState && place < this.firstDistrict),
          all,
          releases: all.filter((place) => place < this.firstState).join(),
        };
      });
    });
  }
}
