import {
  answered,
  both,
  type CellTest,
  DONE,
  diagnosed,
  everybody,
  INVESTIGATION,
  is,
  isAiSuspicious,
  isClassified,
  isReviewed,
  isSuspicious,
  not,
  RETAKE,
  recommends,
  URGENT,
  within,
} from "./cell-tests.ts";
import { HIGH_RISK, OUTCOMES, SQUAMOUS_CELL_CARCINOMA } from "./codes.ts";
import { COLUMN, type Subject } from "./cube.ts";

/** People who are counted in published tables, as parts of a larger population. */
export interface PublishedPopulation {
  readonly name: string;
  /** Whether a row of the larger one is among them. */
  readonly is: CellTest;
  readonly splits?: readonly PublishedSplit[];
}

/**
 * In which tables a population is counted. `fine`: in all that are declared. `yearly`: each place by year, sex, age band and
 * setting, and states by month. `coarse`: each place by year, and the whole by month. The rarer people are, the fewer tables: next
 * to nothing of the rest could be told, and hiding it would take others with it.
 */
export type TableDepth = "fine" | "yearly" | "coarse";

/** Everybody of a population is in exactly one of the parts. */
export interface PublishedSplit {
  readonly parts: readonly PublishedPopulation[];
  readonly depth: TableDepth;
  /** Parts that must not be seen to be everybody: what they tell is about health or behaviour. */
  readonly sensitive?: readonly string[];
}

/** A population that everything of a subject is part of. */
export interface PublishedRoot extends PublishedPopulation {
  readonly subject: Subject;
  readonly depth: TableDepth;
}

interface SplitOptions {
  /** Default `coarse`. */
  readonly depth?: TableDepth;
  /** Default true: of `either`, the part. */
  readonly isSensitive?: boolean;
  /** Of everybody else. */
  readonly splits?: readonly PublishedSplit[];
}

/** A part and everybody else. */
function either(
  part: PublishedPopulation,
  otherwise: string,
  { depth = "coarse", isSensitive = true, splits = [] }: SplitOptions = {},
): PublishedSplit {
  const other = { name: otherwise, is: not(part.is), splits };
  return { parts: [part, other], depth, sensitive: isSensitive ? [part.name] : [] };
}

const YEARLY = { depth: "yearly" } as const;
const YEARLY_OPEN = { depth: "yearly", isSensitive: false } as const;

const highRisk: PublishedPopulation = {
  name: "high-risk",
  is: both(isClassified, diagnosed(HIGH_RISK)),
  splits: [either({ name: "provisional-scc", is: diagnosed([SQUAMOUS_CELL_CARCINOMA]) }, "other-high-risk")],
};
const suspicious: PublishedPopulation = {
  name: "suspicious",
  is: isSuspicious,
  splits: [either(highRisk, "suspicious-not-high-risk")],
};
const specialistReferral: PublishedPopulation = {
  name: "specialist-referral",
  is: recommends(URGENT | INVESTIGATION),
  splits: [
    {
      parts: [
        { name: "urgent-referral", is: recommends(URGENT) },
        { name: "investigation-referral", is: both(recommends(INVESTIGATION), not(recommends(URGENT))) },
      ],
      depth: "coarse",
      sensitive: ["urgent-referral", "investigation-referral"],
    },
  ],
};
const reviewed: PublishedPopulation = {
  name: "reviewed",
  is: isReviewed,
  splits: [
    either(suspicious, "not-suspicious", YEARLY),
    either(specialistReferral, "no-referral", YEARLY),
    either({ name: "retake", is: recommends(RETAKE) }, "no-retake"),
  ],
};
const done: PublishedPopulation = {
  name: "followed-up",
  is: is(COLUMN.outcome, DONE),
  splits: [
    {
      parts: [
        { name: "within-30-days", is: within(30) },
        { name: "within-90-days", is: both(within(90), not(within(30))) },
        {
          name: "later-or-unknown",
          is: not(within(90)),
        },
      ],
      depth: "coarse",
    },
  ],
};
/** What became of those who are not known to have been followed up. */
const undone: readonly PublishedPopulation[] = [
  { name: "outcome-no-record", is: is(COLUMN.outcome, 0) },
  ...OUTCOMES.flatMap((code, index) =>
    index + 1 === DONE ? [] : [{ name: outcomeName(code), is: is(COLUMN.outcome, index + 1) }],
  ),
];

/** `NOT_CONTACTED` → `outcome-not-contacted`. */
function outcomeName(code: string): string {
  return `outcome-${code.toLowerCase().replaceAll("_", "-")}`;
}

/** Everybody who is counted in published tables, as nested parts. Numbers that reports add up stand beside them below. */
export const PUBLISHED_POPULATIONS: readonly PublishedRoot[] = [
  {
    name: "screened",
    subject: "screenings",
    depth: "fine",
    is: everybody,
    splits: [
      either(reviewed, "not-reviewed", YEARLY_OPEN),
      either({ name: "lesion", is: is(COLUMN.lesion, 2) }, "no-lesion", YEARLY),
      either(
        {
          name: "ai-classified",
          is: answered(COLUMN.ai),
          splits: [either({ name: "ai-suspicious", is: isAiSuspicious }, "ai-not-suspicious", YEARLY)],
        },
        "ai-not-classified",
        YEARLY_OPEN,
      ),
      either({ name: "habit", is: is(COLUMN.habit, 2) }, "no-habit", YEARLY),
    ],
  },
  {
    name: "referred",
    subject: "followUps",
    depth: "coarse",
    is: everybody,
    splits: [
      either(done, "not-followed-up", {
        splits: [{ parts: undone, depth: "coarse", sensitive: undone.slice(1).map(({ name }) => name) }],
      }),
    ],
  },
];

/** Which populations, added up, are the numbers of a report. */
export interface PublishedNumbers {
  readonly initial: readonly string[];
  readonly denominator?: readonly string[];
  readonly numerator?: readonly string[];
  /** Of the indicator's categories, in their order. */
  readonly categories?: readonly (readonly string[])[];
}

const SCREENED = { initial: ["screened"] };
const REFERRED = { initial: ["referred"] };

/**
 * By the indicator's id. Shares are of everybody who was screened or reviewed: those who were not asked, or have no usable diagnosis,
 * are too few to be told apart. What is not here is not published: five years cumulate, and agreement combines two splits.
 */
export const PUBLISHED_NUMBERS: Readonly<Record<string, PublishedNumbers>> = {
  "screening-coverage": SCREENED,
  "lesion-positivity": { ...SCREENED, denominator: ["screened"], numerator: ["lesion"] },
  "ai-positivity": { ...SCREENED, denominator: ["ai-classified"], numerator: ["ai-suspicious"] },
  "review-completion": { ...SCREENED, denominator: ["screened"], numerator: ["reviewed"] },
  "suspicious-rate": { ...SCREENED, denominator: ["reviewed"], numerator: ["suspicious"] },
  "high-risk-rate": { ...SCREENED, denominator: ["reviewed"], numerator: ["high-risk"] },
  "provisional-scc-rate": { ...SCREENED, denominator: ["screened"], numerator: ["provisional-scc"] },
  "referral-rate": {
    ...SCREENED,
    denominator: ["reviewed"],
    numerator: ["specialist-referral"],
    categories: [["urgent-referral"], ["investigation-referral"]],
  },
  "follow-up-completion": {
    ...REFERRED,
    denominator: ["referred"],
    numerator: ["followed-up"],
    categories: [["within-30-days"], ["within-90-days"], ["later-or-unknown"]],
  },
  "follow-up-outcome": {
    ...REFERRED,
    categories: [
      ["outcome-no-record"],
      ...OUTCOMES.map((code, index) => [index + 1 === DONE ? done.name : outcomeName(code)]),
    ],
  },
  "time-to-review": { ...SCREENED, denominator: ["reviewed"] },
  "time-to-follow-up": { ...REFERRED, denominator: ["followed-up"] },
  "retake-rate": { ...SCREENED, denominator: ["reviewed"], numerator: ["retake"] },
  "habit-prevalence": { ...SCREENED, denominator: ["screened"], numerator: ["habit"] },
};
