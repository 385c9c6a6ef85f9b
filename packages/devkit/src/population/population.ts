import type { AnyResource } from "@aarohan/fhir";
import { type Calendar, createCalendar } from "./calendar.ts";
import { type CaseFile, openCaseFile } from "./case-file.ts";
import { consentResources } from "./consent.ts";
import { guideResources } from "./guide-record.ts";
import { patientResource } from "./patient.ts";
import { questionnaires } from "./questionnaire.ts";
import { Random } from "./random.ts";
import { registrationResponse } from "./registration-response.ts";
import type { Origin } from "./resource.ts";
import { reviewResources } from "./review-record.ts";
import { type CaseContext, createCase } from "./screening-case.ts";
import {
  documentResource,
  encounterResource,
  mediaResource,
  observationResources,
} from "./screening-record.ts";
import { createStaff, type Staff, staffResources } from "./staff.ts";
import { followUpTask, reviewTask } from "./task.ts";

/** Of the small seeds, the one whose 3,000 patients come nearest to the published rates. */
export const DEFAULT_SEED = 2;
export const DEFAULT_MONTHS = 24;
export const DEFAULT_END_DATE = "2026-10-31";

export interface PopulationOptions {
  /** Number of screened, 0 to 10,000,000. About 15 resources each. */
  readonly patients: number;
  /** Whole number that everything is drawn from, 0 to 2^53 − 1. Default 2. */
  readonly seed?: number;
  /** Calendar months of screening, the last one that of the end date: 1 to 240. Default 24. */
  readonly months?: number;
  /** Day after which nothing is recorded, `YYYY-MM-DD` in the programme's zone. Default `2026-10-31`. */
  readonly endDate?: string;
}

/**
 * A synthetic population of the screening programme as FHIR R4 resources, with identity hidden wherever it hides in real
 * data. The same options give the same resources, whatever the clock, the locale and the machine. In order of time, each
 * resource after those that it refers to. Holds one case and the staff (about 100 people), whatever the number.
 *
 * @throws RangeError for an option out of its range.
 */
export function generatePopulation(options: PopulationOptions): Generator<AnyResource> {
  return populationResources(prepare(options));
}

interface Prepared {
  readonly context: CaseContext;
  readonly origin: Origin;
}

function* populationResources({ context, origin }: Prepared): Generator<AnyResource> {
  const { calendar, staff, seed, patients } = context;
  yield* questionnaires(origin, calendar.startMs);
  yield* staffResources(staff, origin, calendar.startMs);
  for (let index = 0; index < patients; index += 1) {
    yield* caseResources(openCaseFile(seed, createCase(context, index), calendar.endMs), staff);
  }
}

function prepare(options: PopulationOptions): Prepared {
  const { patients, seed = DEFAULT_SEED, months = DEFAULT_MONTHS, endDate = DEFAULT_END_DATE } = options;
  assertWhole("patients", patients, 0, 10_000_000);
  assertWhole("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  assertWhole("months", months, 1, 240);
  assertDay(endDate);
  const calendar: Calendar = createCalendar(endDate, months);
  const random = new Random(seed, "programme");
  const origin = { random, endMs: calendar.endMs, appVersion: "1.0.7" };
  return { context: { seed, patients, calendar, staff: createStaff(seed) }, origin };
}

function* caseResources(file: CaseFile, staff: Staff): Generator<AnyResource> {
  const { review } = file.screening;
  yield patientResource(file);
  yield* consentResources(file);
  yield encounterResource(file);
  yield registrationResponse(file);
  yield* observationResources(file);
  yield mediaResource(file);
  yield documentResource(file);
  yield* guideResources(file);
  yield reviewTask(file, review?.specialist ?? file.random.pick(staff.specialists));
  if (review === undefined) return;
  yield* reviewResources(file, review);
  if (review.followUp !== undefined) yield followUpTask(file, review, review.followUp);
}

function assertWhole(name: string, value: number, low: number, high: number): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return;
  throw new RangeError(`${name} must be a whole number from ${low} to ${high}`);
}

function assertDay(text: string): void {
  const isDay = /^(?:19|20)\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
  // Date.parse takes 2025-02-30 for a day in March.
  if (isDay && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)) return;
  throw new RangeError("endDate must be a day, as YYYY-MM-DD");
}
