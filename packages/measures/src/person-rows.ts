import {
  DIAGNOSES,
  HABIT_CODES,
  LESION_CODE,
  OUTCOMES,
  RECOMMENDATIONS,
  REFERRING,
  TOBACCO_AND_ARECA,
} from "./codes.ts";
import type { Fact, FactOf, Region } from "./fact.ts";
import { ageAt, shownAge } from "./indian-day.ts";
import { habitMark } from "./read-fact.ts";
import {
  AI_RESULTS,
  ageBandOf,
  type FollowUpRow,
  NO_DAY,
  NO_YES,
  type RowDimensions,
  type ScreeningRow,
  SETTINGS,
  SEXES,
} from "./row.ts";

export interface PersonRows {
  readonly screenings: readonly ScreeningRow[];
  readonly followUps: readonly FollowUpRow[];
}

type Screening = FactOf<"screening">;
type Review = FactOf<"review">;
type FollowUp = FactOf<"follow-up">;

/** All facts of one person (of one Patient, or of several that are linked) → what counts. The order of the facts is nothing to it. */
export function personRows(facts: readonly Fact[]): PersonRows {
  return new Person(facts).rows();
}

class Person {
  readonly #people: ReadonlyMap<string, FactOf<"person">>;
  readonly #visits: ReadonlyMap<string, FactOf<"visit">>;
  readonly #observed: ReadonlyMap<string, FactOf<"observation">>;
  readonly #screenings: readonly Screening[];
  readonly #reviews: readonly Review[];
  readonly #followUps: readonly FollowUp[];

  constructor(facts: readonly Fact[]) {
    this.#people = new Map(ofKind(facts, "person").map((fact) => [fact.patient, fact]));
    this.#visits = new Map(ofKind(facts, "visit").map((fact) => [fact.key, fact]));
    const observations = ofKind(facts, "observation").toSorted(byKey);
    this.#observed = new Map(observations.map((fact) => [`${fact.encounter} ${fact.of}`, fact]));
    this.#screenings = ofKind(facts, "screening").toSorted(byDay);
    this.#reviews = ofKind(facts, "review").toSorted(byDay);
    this.#followUps = ofKind(facts, "follow-up").toSorted(byDay);
  }

  rows(): PersonRows {
    const reviews = this.#reviewsByScreening();
    const screenings = this.#screenings.map((screening, index) =>
      this.#screeningRow(screening, reviews.get(screening), neighbours(this.#screenings, index)),
    );
    const referred = this.#followUps.flatMap((task) => {
      const screening = this.#screeningOf(task);
      const review = screening === undefined ? undefined : reviews.get(screening);
      return screening !== undefined && isReferral(review) ? [{ task, screening, day: task.day }] : [];
    });
    const followUps = referred.map(({ task, screening }, index) =>
      this.#followUpRow(task, screening, neighbours(referred, index)),
    );
    return { screenings, followUps };
  }

  /** Of several reviews of a screening the latest. */
  #reviewsByScreening(): ReadonlyMap<Screening, Review> {
    const found = new Map<Screening, Review>();
    for (const review of this.#reviews) {
      const screening = this.#screeningOf(review);
      if (screening !== undefined) found.set(screening, review);
    }
    return found;
  }

  /** By the encounter; without one, the latest screening up to that day. */
  #screeningOf({ encounter, day }: Review | FollowUp): Screening | undefined {
    if (encounter !== undefined) return this.#screenings.findLast((one) => one.encounter === encounter);
    return this.#screenings.findLast((one) => one.day <= day);
  }

  #screeningRow(screening: Screening, review: Review | undefined, neighbours: Neighbours): ScreeningRow {
    const { day, encounter = "", lesion, ai } = screening;
    const seen = lesion ?? this.#observed.get(`${encounter} ${LESION_CODE}`)?.value ?? "";
    const waited = review === undefined ? -1 : review.day - day;
    return {
      ...this.#dimensions(screening, day, neighbours),
      lesion: placeOf(NO_YES, seen),
      ai: placeOf(AI_RESULTS, ai ?? ""),
      diagnosis: diagnosisOf(review),
      recommendations: recommendationBits(review?.recommendations ?? []),
      reviewDays: waited < 0 ? NO_DAY : Math.min(waited, NO_DAY - 1),
    };
  }

  #followUpRow(task: FollowUp, screening: Screening, neighbours: Neighbours): FollowUpRow {
    const { day, outcome = "", doneOn } = task;
    const taken = doneOn === undefined ? -1 : doneOn - day;
    return {
      ...this.#dimensions(screening, day, neighbours),
      outcome: 1 + OUTCOMES.indexOf(outcome),
      followUpDays: taken < 0 ? NO_DAY : Math.min(taken, NO_DAY - 1),
    };
  }

  #dimensions(screening: Screening, day: number, { previous, next }: Neighbours): RowDimensions {
    const { patient, encounter = "", setting, organisation = "", region } = screening;
    const { sex, birthDate, region: home }: Partial<FactOf<"person">> = this.#people.get(patient) ?? {};
    const { state = "", district = "" } = finer(home, region);
    const habits = this.#habitsOf(screening);
    return {
      day,
      previous,
      next,
      state,
      district,
      setting: placeOf(SETTINGS, setting ?? this.#visits.get(encounter)?.setting ?? ""),
      sex: placeOf(SEXES, sex ?? ""),
      ageBand: ageBandOf(birthDate === undefined ? undefined : ageAt(birthDate, screening.day)),
      shownAgeBand: ageBandOf(birthDate === undefined ? undefined : shownAge(birthDate, screening.day)),
      tobacco: anyCurrent(habits.slice(0, TOBACCO_AND_ARECA)),
      habit: anyCurrent(habits),
      organisation,
    };
  }

  #habitsOf({ habits, encounter = "" }: Screening): string[] {
    return HABIT_CODES.map((code, index) => {
      const mark = habits[index] ?? "-";
      return mark === "-" ? habitMark(this.#observed.get(`${encounter} ${code}`)?.value) : mark;
    });
  }
}

interface Neighbours {
  readonly previous: number;
  readonly next: number;
}

function neighbours(sorted: readonly { readonly day: number }[], index: number): Neighbours {
  return { previous: sorted[index - 1]?.day ?? 0, next: sorted[index + 1]?.day ?? NO_DAY };
}

/** Where the person lives; what the form says, where the Patient says less. */
function finer(home: Region | undefined, form: Region): Region {
  if (home?.district !== undefined) return home;
  if (form.district !== undefined) return form;
  return home?.state === undefined ? form : home;
}

function diagnosisOf(review: Review | undefined): number {
  if (review === undefined) return 0;
  return 2 + DIAGNOSES.indexOf(review.diagnosis ?? "");
}

function recommendationBits(given: readonly string[]): number {
  return RECOMMENDATIONS.reduce((bits, one, index) => bits | (given.includes(one) ? 1 << index : 0), 0);
}

function isReferral(review: Review | undefined): boolean {
  return REFERRING.some((one) => review?.recommendations.includes(one) === true);
}

/** 0 where nothing was answered, 1 no, 2 yes. */
function anyCurrent(marks: readonly string[]): number {
  if (marks.includes("c")) return 2;
  return marks.includes("n") ? 1 : 0;
}

function placeOf(list: readonly string[], value: string): number {
  return Math.max(0, list.indexOf(value));
}

function ofKind<K extends Fact["kind"]>(facts: readonly Fact[], kind: K): FactOf<K>[] {
  return facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}

function byKey(one: Fact, other: Fact): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
}

/** On one day by when it was written, then by name: the same order wherever it is made. */
function byDay(one: Fact & { readonly day: number }, other: Fact & { readonly day: number }): number {
  return one.day - other.day || one.version[0] - other.version[0] || byKey(one, other);
}
