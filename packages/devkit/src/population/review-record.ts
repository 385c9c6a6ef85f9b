import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { localDateTime } from "./calendar.ts";
import type { CaseFile } from "./case-file.ts";
import { noteAbout } from "./free-text.ts";
import { fullName } from "./person-name.ts";
import { CANONICAL_BASE, REVIEW } from "./questionnaire.ts";
import { defined, type Origin, recorded, reference } from "./resource.ts";
import { isHighRisk, type Review } from "./review.ts";
import {
  CLINICAL_STATUS,
  CONDITION_CATEGORY,
  coding,
  concept,
  type Diagnosis,
  RECOMMENDATION,
  RISK,
  SNOMED,
  VERIFICATION_STATUS,
} from "./terminology.ts";

const WITHOUT_CONDITION: ReadonlySet<Diagnosis> = new Set(["162010006", "103694001"]);

/** The specialist's response and what is extracted from it, each before what refers to it. */
export function* reviewResources(file: CaseFile, review: Review): Generator<AnyResource> {
  const origin = specialistOrigin(file, review);
  yield responseResource(file, review, origin);
  if (WITHOUT_CONDITION.has(review.diagnosis)) {
    yield impressionResource(file, review, origin, undefined);
  } else {
    const conditionId = file.ids.next("Condition");
    yield conditionResource(file, review, origin, conditionId);
    yield impressionResource(file, review, origin, conditionId);
  }
  yield riskResource(file, review, origin);
}

function specialistOrigin({ origin }: CaseFile, review: Review): Origin {
  const { random, endMs, appVersion, organizationId } = origin;
  return {
    random,
    endMs,
    appVersion,
    practitionerId: review.specialist.id,
    ...(organizationId === undefined ? {} : { organizationId }),
  };
}

function specialist({ random }: CaseFile, review: Review): JsonObject {
  return reference(
    "Practitioner",
    review.specialist.id,
    random.chance(0.5) ? review.specialist.display : undefined,
  );
}

function responseResource(file: CaseFile, review: Review, origin: Origin): AnyResource {
  return recorded(
    origin,
    "QuestionnaireResponse",
    file.ids.next("QuestionnaireResponse"),
    review.reviewedMs,
    {
      questionnaire: `${CANONICAL_BASE}/${REVIEW}`,
      status: file.random.chance(0.98) ? "completed" : "in-progress",
      subject: file.subject(),
      encounter: file.encounter(),
      authored: localDateTime(review.reviewedMs),
      author: specialist(file, review),
      item: responseItems(file, review),
    },
  );
}

function responseItems({ screening, random }: CaseFile, review: Review): Json[] {
  const { person } = screening;
  const items: Json[] = [
    {
      linkId: "provisional-diagnosis",
      text: "Provisional diagnosis",
      answer: [{ valueCoding: coding(SNOMED, review.diagnosis) }],
    },
  ];
  if (review.site !== undefined) {
    items.push({ linkId: "oral-cavity-site", answer: [{ valueCoding: coding(SNOMED, review.site) }] });
  }
  if (review.recommendation !== undefined) {
    // A note below an answer: answers have items of their own (FHIR R4, QuestionnaireResponse.item.answer.item).
    const below = random.chance(0.05)
      ? { item: [{ linkId: "note", answer: [{ valueString: noteAbout(person, random) }] }] }
      : {};
    const answer = { valueCoding: coding(RECOMMENDATION, review.recommendation), ...below };
    items.push({ linkId: "recommendation", answer: [answer] });
  }
  if (random.chance(0.2))
    items.push({ linkId: "note", answer: [{ valueString: noteAbout(person, random) }] });
  return items;
}

/** The map marks it confirmed, although a photograph allows a provisional diagnosis at most. */
function conditionResource(file: CaseFile, review: Review, origin: Origin, id: string): AnyResource {
  const { screening, random } = file;
  const { relative } = screening.person;
  return recorded(origin, "Condition", id, review.reviewedMs, {
    clinicalStatus: concept(CLINICAL_STATUS, "active"),
    verificationStatus: concept(VERIFICATION_STATUS, "confirmed"),
    category: [concept(CONDITION_CATEGORY, "encounter-diagnosis")],
    code: concept(SNOMED, review.diagnosis),
    bodySite: review.site === undefined ? undefined : [concept(SNOMED, review.site)],
    subject: file.subject(),
    encounter: file.encounter(),
    onsetString: random.chance(0.1)
      ? `since the wedding of ${relative.relation} ${relative.name}`
      : undefined,
    recordedDate: localDateTime(review.reviewedMs),
    recorder: specialist(file, review),
    asserter: specialist(file, review),
    note: random.chance(0.1) ? [{ text: noteAbout(screening.person, random) }] : undefined,
  });
}

function impressionResource(
  file: CaseFile,
  review: Review,
  origin: Origin,
  conditionId: string | undefined,
): AnyResource {
  const { screening, random } = file;
  const { person } = screening;
  const { diagnosis, reviewedMs } = review;
  return recorded(origin, "ClinicalImpression", file.ids.next("ClinicalImpression"), reviewedMs, {
    status: "completed",
    description: random.chance(0.1) ? `Remote review for ${fullName(person.name)}` : undefined,
    subject: file.subject(),
    encounter: file.encounter(),
    date: localDateTime(reviewedMs),
    assessor: specialist(file, review),
    problem: conditionId === undefined ? undefined : [reference("Condition", conditionId)],
    summary: random.chance(0.1) ? `${fullName(person.name)}, ${person.ageYears} years: see note` : undefined,
    finding: [{ itemCodeableConcept: concept(SNOMED, diagnosis) }],
    note: random.chance(0.15)
      ? [{ text: noteAbout(person, random), authorReference: specialist(file, review) }]
      : undefined,
  });
}

function riskResource(file: CaseFile, review: Review, origin: Origin): AnyResource {
  const { screening, random } = file;
  const isMild = review.diagnosis === "162010006" || review.diagnosis === "30807003";
  const risk = isHighRisk(review.diagnosis) ? "high" : isMild ? "low" : "moderate";
  return recorded(origin, "RiskAssessment", file.ids.next("RiskAssessment"), review.reviewedMs, {
    status: "final",
    subject: file.subject(),
    encounter: file.encounter(),
    occurrenceDateTime: localDateTime(review.reviewedMs),
    performer: specialist(file, review),
    prediction: [defined({ qualitativeRisk: concept(RISK, risk), rationale: rationale(file) })],
    mitigation: random.chance(0.06) ? noteAbout(screening.person, random) : undefined,
  });
}

function rationale({ screening, random }: CaseFile): string | undefined {
  return random.chance(0.04) ? `${screening.person.relative.name} reports habits at home` : undefined;
}
