import {
  answered,
  both,
  type CellTest,
  DONE,
  diagnosed,
  everybody,
  hasDays,
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
import { HIGH_RISK, OUTCOMES, RECOMMENDATIONS, SQUAMOUS_CELL_CARCINOMA } from "./codes.ts";
import { COLUMN, type Subject } from "./cube.ts";

/** One of the parts into which a numerator, or what is counted, falls. */
export interface Category {
  readonly code: string;
  readonly display: string;
  readonly is: CellTest;
}

export interface Indicator {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  /** What it says, in a sentence. */
  readonly description: string;
  readonly scoring: "proportion" | "continuous-variable" | "cohort";
  readonly subject: Subject;
  /** Words for who is in each population. */
  readonly initialPopulation: string;
  readonly denominator?: string;
  readonly numerator?: string;
  /** Codes that it is classified by. */
  readonly sources: readonly string[];
  /** It counts persons of 30 to 65 alone. Default: everybody. */
  readonly isOfEligible?: true;
  readonly isDenominator: CellTest;
  readonly isNumerator: CellTest;
  /** Default: one. */
  readonly categories?: {
    readonly code: string;
    readonly title: string;
    readonly values: readonly Category[];
  };
  /** Of a continuous variable: column of its days. */
  readonly days?: number;
  /** The denominator is a population from a table. */
  readonly isCoverage?: true;
  /** It cumulates over so many years up to the period's end. */
  readonly years?: number;
  /** The score is told per so many. Default 1. */
  readonly per?: number;
}

const SCREENED = "Persons with a completed screening in the period: of several, the latest counts.";
const REVIEWED = "Of these, who have a completed response of a specialist.";
const CLASSIFIED =
  "Of these, whose images were reviewed with a diagnosis other than non-diagnostic (SNOMED CT 103694001).";
const REFERRED =
  "Persons who were referred, with a follow-up Task authored in the period: of several, the latest counts.";
const DIAGNOSIS_SOURCE = "QuestionnaireResponse OralCancerScreenPatient, provisional-diagnosis (SNOMED CT)";
const RECOMMENDATION_SOURCE = "QuestionnaireResponse OralCancerScreenPatient, recommendation";
const TASK_SOURCE = "Task instantiating oral-cancer-screening-follow-up, output";

/** The indicators of the programme, in the order in which they are told. Windows and bindings wait for clinicians to confirm them. */
export const INDICATORS: readonly Indicator[] = [
  {
    id: "screening-coverage",
    version: "1.0.0",
    title: "Screening coverage",
    description: "How many of the eligible people of 30 to 65 were screened in the period.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: "Persons of 30 to 65 with a completed screening in the period, each once.",
    denominator:
      "The eligible population of 30 to 65, from the table of denominators: without one, only who was screened is counted.",
    numerator: "Of these, who were screened.",
    sources: ["QuestionnaireResponse OralCancerPatientRegistration", "Patient.birthDate"],
    isOfEligible: true,
    isDenominator: () => false,
    isNumerator: everybody,
    isCoverage: true,
  },
  {
    id: "screening-coverage-5y",
    version: "1.0.0",
    title: "Screening coverage in five years",
    description:
      "How many of the eligible people of 30 to 65 were screened in the five years up to the period's end: the programme's interval.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: "Persons of 30 to 65 with a completed screening in the five years, each once.",
    denominator: "The eligible population of 30 to 65, from the table of denominators.",
    numerator: "Of these, who were screened.",
    sources: ["QuestionnaireResponse OralCancerPatientRegistration", "Patient.birthDate"],
    isOfEligible: true,
    isDenominator: () => false,
    isNumerator: everybody,
    isCoverage: true,
    years: 5,
  },
  {
    id: "lesion-positivity",
    version: "1.0.0",
    title: "Lesion positivity",
    description: "Of those who were looked at for a lesion, how many had one.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: "Of these, for whom it was answered whether there is a lesion.",
    numerator: "Of these, for whom the answer is yes.",
    sources: [
      "QuestionnaireResponse OralCancerPatientRegistration, patient-screening-lesion",
      "Observation 62596-2 (LOINC), where the form has no answer",
    ],
    isDenominator: answered(COLUMN.lesion),
    isNumerator: is(COLUMN.lesion, 2),
  },
  {
    id: "ai-positivity",
    version: "1.0.0",
    title: "AI positivity",
    description: "Of those whose photographs were classified on the device, how many are suspicious.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: "Of these, who have a case-level AI result.",
    numerator: "Of these, whose result is suspicious.",
    sources: ["QuestionnaireResponse OralCancerPatientRegistration, case-level-ai-result"],
    isDenominator: answered(COLUMN.ai),
    isNumerator: isAiSuspicious,
  },
  {
    id: "review-completion",
    version: "1.0.0",
    title: "Review completion",
    description: "Of those who were screened, how many were reviewed by a specialist.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: "The same.",
    numerator: REVIEWED,
    sources: ["QuestionnaireResponse OralCancerScreenPatient"],
    isDenominator: everybody,
    isNumerator: isReviewed,
  },
  {
    id: "suspicious-rate",
    version: "1.0.0",
    title: "Detection rate (suspicious lesions)",
    description: "Of those who were reviewed with a diagnosis, how many are neither normal nor benign.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: CLASSIFIED,
    numerator: "Of these, whose diagnosis is neither normal (162010006) nor benign (30807003).",
    sources: [DIAGNOSIS_SOURCE],
    isDenominator: isClassified,
    isNumerator: isSuspicious,
  },
  {
    id: "high-risk-rate",
    version: "1.0.0",
    title: "High-risk rate",
    description: "Of those who were reviewed with a diagnosis, how many have a lesion of high risk.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: CLASSIFIED,
    numerator: `Of these, whose diagnosis is speckled leukoplakia, erythroplakia, verrucous or proliferative verrucous leukoplakia, or squamous cell carcinoma (${HIGH_RISK.join(", ")}).`,
    sources: [DIAGNOSIS_SOURCE],
    isDenominator: isClassified,
    isNumerator: both(isClassified, diagnosed(HIGH_RISK)),
  },
  {
    id: "provisional-scc-rate",
    version: "1.0.0",
    title: "Provisional squamous cell carcinoma, per 1,000 screened",
    description:
      "Provisional diagnoses of squamous cell carcinoma per thousand persons screened: provisional, from photographs, without histology.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: "The same.",
    numerator: `Of these, whose provisional diagnosis is squamous cell carcinoma (${SQUAMOUS_CELL_CARCINOMA}).`,
    sources: [DIAGNOSIS_SOURCE],
    isDenominator: everybody,
    isNumerator: diagnosed([SQUAMOUS_CELL_CARCINOMA]),
    per: 1000,
  },
  {
    id: "referral-rate",
    version: "1.0.0",
    title: "Referral rate",
    description: "Of those who were reviewed, how many were referred.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: REVIEWED,
    numerator: "Of these, whom the specialist refers urgently, or to further investigation.",
    sources: [RECOMMENDATION_SOURCE],
    isDenominator: isReviewed,
    isNumerator: both(isReviewed, recommends(URGENT | INVESTIGATION)),
    categories: {
      code: "recommendation",
      title: "Recommendation",
      values: [
        { code: RECOMMENDATIONS[0], display: "Urgent refer to hospital", is: recommends(URGENT) },
        {
          code: RECOMMENDATIONS[1],
          display: "Additional investigation needed, not urgent",
          is: both(recommends(INVESTIGATION), not(recommends(URGENT))),
        },
      ],
    },
  },
  {
    id: "follow-up-completion",
    version: "1.0.0",
    title: "Follow-up completion",
    description: "Of those who were referred, how many were followed up; also within 30 and within 90 days.",
    scoring: "proportion",
    subject: "followUps",
    initialPopulation: REFERRED,
    denominator: "The same.",
    numerator: "Of these, whose Task says FOLLOWUP_DONE.",
    sources: [TASK_SOURCE, "Task.executionPeriod.end, else Task.lastModified"],
    isDenominator: everybody,
    isNumerator: is(COLUMN.outcome, DONE),
    categories: {
      code: "time",
      title: "Time to follow-up",
      values: [
        { code: "within-30-days", display: "Within 30 days", is: within(30) },
        {
          code: "within-90-days",
          display: "Within 31 to 90 days",
          is: both(within(90), not(within(30))),
        },
        {
          code: "later-or-unknown",
          display: "Later, or not known when",
          is: both(is(COLUMN.outcome, DONE), not(within(90))),
        },
      ],
    },
  },
  {
    id: "follow-up-outcome",
    version: "1.0.0",
    title: "Follow-up outcome",
    description:
      "What became of those who were referred; who has no record is told apart from who was not followed up.",
    scoring: "cohort",
    subject: "followUps",
    initialPopulation: REFERRED,
    sources: [TASK_SOURCE],
    isDenominator: everybody,
    isNumerator: everybody,
    categories: {
      code: "outcome",
      title: "Outcome",
      values: [
        { code: "no-record", display: "No record", is: is(COLUMN.outcome, 0) },
        ...OUTCOMES.map((code, index) => ({
          code,
          display: code.toLowerCase().replaceAll("_", " ").replace("followup", "follow-up"),
          is: is(COLUMN.outcome, index + 1),
        })),
      ],
    },
  },
  {
    id: "time-to-review",
    version: "1.0.0",
    title: "Time to review",
    description:
      "Days from the screening to the specialist's response: median, and the days in which nine of ten are reviewed.",
    scoring: "continuous-variable",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: "Of these, who were reviewed on or after the day of the screening.",
    sources: ["QuestionnaireResponse.authored of both forms"],
    isDenominator: hasDays(COLUMN.reviewDays),
    isNumerator: everybody,
    days: COLUMN.reviewDays,
  },
  {
    id: "time-to-follow-up",
    version: "1.0.0",
    title: "Time to follow-up",
    description:
      "Days from the follow-up Task to the follow-up: median, and the days in which nine of ten are done.",
    scoring: "continuous-variable",
    subject: "followUps",
    initialPopulation: REFERRED,
    denominator: "Of these, whose follow-up is done on a day that is known.",
    sources: ["Task.authoredOn, Task.executionPeriod.end, else Task.lastModified"],
    isDenominator: both(is(COLUMN.outcome, DONE), hasDays(COLUMN.followUpDays)),
    isNumerator: everybody,
    days: COLUMN.followUpDays,
  },
  {
    id: "ai-agreement",
    version: "1.0.0",
    title: "Agreement of AI and specialist",
    description:
      "How often the case-level AI result and the specialist's diagnosis agree that there is a suspicious lesion; with sensitivity, specificity and positive predictive value.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: "Of these, who have both an AI result and a diagnosis other than non-diagnostic.",
    numerator: "Of these, for whom both say the same.",
    sources: ["QuestionnaireResponse OralCancerPatientRegistration, case-level-ai-result", DIAGNOSIS_SOURCE],
    isDenominator: both(answered(COLUMN.ai), isClassified),
    isNumerator: (cells, at) => isAiSuspicious(cells, at) === isSuspicious(cells, at),
    categories: {
      code: "agreement",
      title: "AI and specialist",
      values: [
        {
          code: "true-positive",
          display: "AI suspicious, specialist suspicious",
          is: both(isAiSuspicious, isSuspicious),
        },
        {
          code: "false-positive",
          display: "AI suspicious, specialist not",
          is: both(isAiSuspicious, not(isSuspicious)),
        },
        {
          code: "false-negative",
          display: "AI not suspicious, specialist suspicious",
          is: both(not(isAiSuspicious), isSuspicious),
        },
        {
          code: "true-negative",
          display: "AI not suspicious, specialist not",
          is: both(not(isAiSuspicious), not(isSuspicious)),
        },
      ],
    },
  },
  {
    id: "retake-rate",
    version: "1.0.0",
    title: "Retake rate",
    description: "Of those who were reviewed, for how many the images have to be taken again.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: REVIEWED,
    numerator: "Of these, for whom the specialist asks for another image.",
    sources: [RECOMMENDATION_SOURCE],
    isDenominator: isReviewed,
    isNumerator: both(isReviewed, recommends(RETAKE)),
  },
  {
    id: "habit-prevalence",
    version: "1.0.0",
    title: "Prevalence of habits",
    description: "Of those who were screened, how many smoke, or use tobacco, areca or alcohol at present.",
    scoring: "proportion",
    subject: "screenings",
    initialPopulation: SCREENED,
    denominator: "The same.",
    numerator: "Of these, who have any current habit.",
    sources: [
      "QuestionnaireResponse OralCancerPatientRegistration, patient-habit-*",
      "Observation 63638-1, 39240-7, 64004-5, 74205-6 (LOINC), where the form has no answer",
    ],
    isDenominator: everybody,
    isNumerator: is(COLUMN.habit, 2),
  },
];

/** Base of the Measures' canonical URLs. */
export const MEASURE_BASE = "https://artpark.in/fhir/Measure";

/** Names that are in use beside the ids. */
const ALIASES: Readonly<Record<string, string>> = { "oral-cancer-screening-coverage": "screening-coverage" };

/** `Measure/id`, id, alias, or canonical URL, with or without `|version` → the indicator; `undefined` where there is none. */
export function indicatorNamed(name: string): Indicator | undefined {
  const [reference = "", version] = name.split("|");
  const id = reference.startsWith(`${MEASURE_BASE}/`)
    ? reference.slice(MEASURE_BASE.length + 1)
    : reference.replace(/^Measure\//, "");
  const own = Object.hasOwn(ALIASES, id) ? ALIASES[id] : id;
  const found = INDICATORS.find((one) => one.id === own);
  return version === undefined || found?.version === version ? found : undefined;
}
