import { DAY_MS } from "./calendar.ts";
import type { Random } from "./random.ts";
import type { Worker } from "./staff.ts";
import { type Diagnosis, type Recommendation, SITES } from "./terminology.ts";

export const OUTCOMES = [
  "FOLLOWUP_DONE",
  "NOT_CONTACTED",
  "NOT_RESPONDED",
  "AGREED_FOLLOWUP_NOT_DONE",
  "NOT_AGREED_FOR_FOLLOWUP",
  "FOLLOWUP_NOT_DONE",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What the front-line worker could tell of a referral; without an outcome there is no record of any. */
export interface FollowUp {
  readonly authoredMs: number;
  readonly outcome: Outcome | undefined;
  readonly endedMs: number | undefined;
}

export interface Review {
  readonly specialist: Worker;
  readonly reviewedMs: number;
  readonly diagnosis: Diagnosis;
  readonly site: (typeof SITES)[number] | undefined;
  readonly recommendation: Recommendation | undefined;
  readonly followUp: FollowUp | undefined;
}

interface ReviewContext {
  readonly hasLesion: boolean;
  readonly screenedMs: number;
  readonly endMs: number;
  readonly specialists: readonly Worker[];
}

const HIGH_RISK: ReadonlySet<Diagnosis> = new Set([
  "235029004",
  "71379006",
  "235031008",
  "698010001",
  "419842002",
]);

/** Chosen so that about 3.7 % of the reviewed are of high risk (published: 1,101 of 30,000). */
const WITH_LESION: readonly (readonly [Diagnosis, number])[] = [
  ["235029004", 18],
  ["71379006", 9],
  ["235031008", 10],
  ["698010001", 4],
  ["419842002", 14],
  ["235027002", 14],
  ["32883009", 11],
  ["95269005", 7],
  ["235049008", 4],
  ["30807003", 5],
  ["162010006", 2],
  ["103694001", 2],
];
const WITHOUT_LESION: readonly (readonly [Diagnosis, number])[] = [
  ["162010006", 830],
  ["30807003", 50],
  ["95269005", 40],
  ["235027002", 18],
  ["32883009", 25],
  ["235049008", 7],
  ["235029004", 6],
  ["71379006", 3],
  ["419842002", 1],
  ["103694001", 20],
];

/** Published: of those referred, 31 % attended. Some weight more, for what has not ended at the end. */
const OUTCOME_WEIGHTS: readonly (readonly [Outcome | undefined, number])[] = [
  ["FOLLOWUP_DONE", 34],
  ["NOT_CONTACTED", 12],
  ["NOT_RESPONDED", 14],
  ["AGREED_FOLLOWUP_NOT_DONE", 15],
  ["NOT_AGREED_FOR_FOLLOWUP", 7],
  ["FOLLOWUP_NOT_DONE", 9],
  [undefined, 12],
];
const REVIEWED_SHARE = 0.86;

export function isHighRisk(diagnosis: Diagnosis): boolean {
  return HIGH_RISK.has(diagnosis);
}

/** `undefined` for a case that no specialist has looked at before the end. */
export function createReview(context: ReviewContext, random: Random): Review | undefined {
  const { hasLesion, endMs, specialists } = context;
  const reviewedMs = context.screenedMs + random.integer(2 * 3600, (hasLesion ? 6 : 20) * 86_400) * 1000;
  const diagnosis = random.weighted(hasLesion ? WITH_LESION : WITHOUT_LESION);
  const recommendation = recommend(diagnosis, random);
  const specialist = random.pick(specialists);
  const site = diagnosis === "162010006" ? undefined : random.pick(SITES);
  const followUp = createFollowUp(recommendation, reviewedMs, endMs, random);
  if (reviewedMs > endMs || !random.chance(REVIEWED_SHARE)) return undefined;
  return { specialist, reviewedMs, diagnosis, site, recommendation, followUp };
}

function recommend(diagnosis: Diagnosis, random: Random): Recommendation | undefined {
  if (diagnosis === "103694001") return "retake-image";
  if (isHighRisk(diagnosis))
    return random.chance(0.8) ? "urgent-refer-to-hospital" : "additional-investigation-needed";
  if (diagnosis === "162010006" || diagnosis === "30807003")
    return random.chance(0.35) ? "quit-habit" : undefined;
  return random.chance(0.6) ? "additional-investigation-needed" : "quit-habit";
}

function createFollowUp(
  recommendation: Recommendation | undefined,
  reviewedMs: number,
  endMs: number,
  random: Random,
): FollowUp | undefined {
  if (recommendation !== "urgent-refer-to-hospital" && recommendation !== "additional-investigation-needed") {
    return undefined;
  }
  const authoredMs = reviewedMs + random.integer(60, 1800) * 1000;
  const outcome = random.weighted(OUTCOME_WEIGHTS);
  const endedMs =
    authoredMs +
    random.weighted([
      [random.integer(2, 30), 5],
      [random.integer(31, 90), 3],
      [random.integer(91, 150), 1],
    ]) *
      DAY_MS;
  if (authoredMs > endMs) return undefined;
  // What has not ended yet, and some of what has, is without a record.
  return outcome === undefined || endedMs > endMs
    ? { authoredMs, outcome: undefined, endedMs: undefined }
    : { authoredMs, outcome, endedMs: random.chance(0.9) ? endedMs : undefined };
}
