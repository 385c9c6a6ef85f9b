import type { AnyResource, JsonObject } from "@aarohan/fhir";
import { localDateTime } from "./calendar.ts";
import type { CaseFile } from "./case-file.ts";
import { noteAbout } from "./free-text.ts";
import { fullName } from "./person-name.ts";
import { recorded, reference } from "./resource.ts";
import type { FollowUp, Outcome, Review } from "./review.ts";

const REVIEW_TASK = "https://midas.iisc.ac.in/fhir/Task/oral-cancer-screening-task";
const FOLLOW_UP_TASK = "https://midas.iisc.ac.in/fhir/Task/oral-cancer-screening-follow-up";

const STATUS: Readonly<Record<Outcome, string>> = {
  FOLLOWUP_DONE: "completed",
  NOT_CONTACTED: "in-progress",
  NOT_RESPONDED: "in-progress",
  AGREED_FOLLOWUP_NOT_DONE: "accepted",
  NOT_AGREED_FOR_FOLLOWUP: "rejected",
  FOLLOWUP_NOT_DONE: "failed",
};

/** The specialist's work on the photographs of a screening. */
export function reviewTask(file: CaseFile, specialist: { id: string; display: string }): AnyResource {
  const { screening, random } = file;
  const { person, screenedMs, review } = screening;
  const modifiedMs = review?.reviewedMs ?? screenedMs;
  return recorded(file.origin, "Task", file.ids.next("Task"), modifiedMs, {
    instantiatesUri: REVIEW_TASK,
    status: review === undefined ? "requested" : "completed",
    intent: "order",
    priority: screening.isReferred ? "urgent" : "routine",
    description: random.chance(0.3) ? `Review photographs of ${fullName(person.name)}` : undefined,
    focus: reference("QuestionnaireResponse", file.registrationId),
    for: file.subject(),
    encounter: file.encounter(),
    authoredOn: localDateTime(screenedMs),
    lastModified: localDateTime(modifiedMs),
    requester: file.worker(),
    owner: reference("Practitioner", specialist.id, random.chance(0.3) ? specialist.display : undefined),
    note: random.chance(0.03) ? [{ text: noteAbout(person, random) }] : undefined,
  });
}

/** A referral that the front-line worker follows up; the outcome is a status and a text. */
export function followUpTask(file: CaseFile, review: Review, followUp: FollowUp): AnyResource {
  const { screening, random } = file;
  const { authoredMs, outcome, endedMs } = followUp;
  const end = endedMs === undefined ? {} : { end: localDateTime(endedMs) };
  const modifiedMs = endedMs ?? authoredMs;
  return recorded(file.origin, "Task", file.ids.next("Task"), modifiedMs, {
    instantiatesUri: FOLLOW_UP_TASK,
    status: outcome === undefined ? "requested" : STATUS[outcome],
    intent: "order",
    priority: review.recommendation === "urgent-refer-to-hospital" ? "urgent" : "routine",
    description: random.chance(0.5)
      ? `Follow up ${fullName(screening.person.name)}, ${screening.person.phone}`
      : undefined,
    for: file.subject(),
    encounter: file.encounter(),
    executionPeriod: { start: localDateTime(authoredMs), ...end },
    authoredOn: localDateTime(authoredMs),
    lastModified: random.chance(0.9) ? localDateTime(modifiedMs) : undefined,
    requester: reference("Practitioner", review.specialist.id),
    owner: file.worker(),
    note: random.chance(0.2) ? [{ text: noteAbout(screening.person, random) }] : undefined,
    output: outcome === undefined ? undefined : [output(outcome)],
  });
}

function output(outcome: Outcome): JsonObject {
  return { type: { text: "Follow up status" }, valueCodeableConcept: { text: outcome } };
}
