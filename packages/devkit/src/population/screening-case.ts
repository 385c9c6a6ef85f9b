import { type Calendar, DAY_MS, localDay } from "./calendar.ts";
import { createPerson, type Person } from "./person.ts";
import { preciseDegrees } from "./place.ts";
import { Random } from "./random.ts";
import { createReview, type Review } from "./review.ts";
import type { Post, Staff, Worker } from "./staff.ts";

export type Habit = "current" | "past" | "never";
type AiResult = "suspicious" | "non-suspicious";

export interface Photograph {
  readonly url: string;
  readonly hash: string;
  /** `Suspicious|70`; `undefined` before the app had a model. */
  readonly aiResult: string | undefined;
}

/** All that is decided about one screened person, before any resource of it is written. */
export interface ScreeningCase {
  readonly index: number;
  readonly person: Person;
  /** An earlier case of the same person, of whom the form has made a second Patient. */
  readonly earlierIndex: number | undefined;
  readonly post: Post;
  readonly worker: Worker;
  readonly setting: "field" | "hospital";
  readonly screenedMs: number;
  readonly habits: readonly [cigarette: Habit, tobacco: Habit, areca: Habit, alcohol: Habit];
  readonly opensMouth: boolean;
  readonly hasLesion: boolean;
  readonly isSelfReported: boolean;
  readonly aiResult: AiResult | undefined;
  readonly isReferred: boolean;
  readonly photographs: readonly Photograph[];
  /** Degrees, to about a tenth of a metre. */
  readonly latitude: number;
  readonly longitude: number;
  readonly review: Review | undefined;
}

export interface CaseContext {
  readonly seed: number;
  readonly patients: number;
  readonly calendar: Calendar;
  readonly staff: Staff;
}

/** Published: about 5 % of the screened have a visible lesion. */
const LESION_SHARE = 0.05;
const RESCREENED_SHARE = 0.02;

export function createCase(context: CaseContext, index: number): ScreeningCase {
  const random = new Random(context.seed, `case/${index}`);
  const { calendar, staff } = context;
  const earlierIndex =
    index >= 20 && random.chance(RESCREENED_SHARE) ? random.integer(0, Math.floor(index / 2)) : undefined;
  const person = personOf(context.seed, earlierIndex ?? index);
  const post = postOf(staff, person);
  const screenedMs = calendar.screeningAt((index + random.fraction()) / context.patients, random);
  const hasLesion = random.chance(LESION_SHARE);
  const aiResult = aiResultOf(hasLesion, random);
  return {
    index,
    person,
    earlierIndex,
    post,
    worker: random.pick(post.workers),
    setting: random.chance(0.78) ? "field" : "hospital",
    screenedMs,
    habits: [habit(0.14, random), habit(0.24, random), habit(0.2, random), habit(0.1, random)],
    opensMouth: !random.chance(hasLesion ? 0.12 : 0.01),
    hasLesion,
    isSelfReported: random.chance(hasLesion ? 0.3 : 0.02),
    aiResult,
    isReferred: hasLesion || aiResult === "suspicious" || random.chance(0.02),
    photographs: photographs(aiResult, random),
    latitude: around(post.place.latitude, random),
    longitude: around(post.place.longitude, random),
    review: createReview(
      { hasLesion, screenedMs, endMs: calendar.endMs, specialists: staff.specialists },
      random,
    ),
  };
}

/** A person of their own stream, so that a later case finds the same person again without keeping anybody. */
function personOf(seed: number, index: number): Person {
  return createPerson(new Random(seed, `person/${index}`));
}

function postOf(staff: Staff, person: Person): Post {
  const post = staff.posts.get(person.place);
  if (post === undefined) throw new RangeError("A place has no post");
  return post;
}

function habit(currentShare: number, random: Random): Habit {
  return random.weighted<Habit>([
    ["current", currentShare],
    ["past", 0.08],
    ["never", 0.92 - currentShare],
  ]);
}

function aiResultOf(hasLesion: boolean, random: Random): AiResult | undefined {
  if (random.chance(0.08)) return undefined;
  return random.chance(hasLesion ? 0.78 : 0.05) ? "suspicious" : "non-suspicious";
}

function photographs(aiResult: AiResult | undefined, random: Random): Photograph[] {
  const count = random.weighted([
    [1, 60],
    [2, 25],
    [4, 10],
    [8, 4],
    [13, 1],
  ]);
  return Array.from({ length: count }, (_, place) => {
    const isSuspicious = aiResult === "suspicious" && (place === 0 || random.chance(0.3));
    const label = isSuspicious ? "Suspicious" : "Non-suspicious";
    return {
      url: `https://images.example.in/oral/${random.uuid()}.jpg`,
      hash: `${random.hex(27)}=`,
      aiResult: aiResult === undefined ? undefined : `${label}|${random.integer(51, 99)}`,
    };
  });
}

function around(degrees: number, random: Random): number {
  return preciseDegrees(degrees + random.integer(-9000, 9000) / 100_000, random);
}

/**
 * The person's day of birth: exact, or today less 365 days a year, as the form derives it from an age. A first of
 * January becomes the second: it could not be told from the first day of a birth cohort.
 */
export function birthDay({ person, screenedMs }: ScreeningCase): string {
  const days = person.knowsBirthDate
    ? Math.floor(person.ageYears * 365.25) + person.daysSinceBirthday
    : person.ageYears * 365;
  return localDay(screenedMs - days * DAY_MS).replace(/-01-01$/, "-01-02");
}
