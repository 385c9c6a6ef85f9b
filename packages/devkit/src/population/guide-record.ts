import type { AnyResource, JsonObject } from "@aarohan/fhir";
import { localDateTime } from "./calendar.ts";
import type { CaseFile } from "./case-file.ts";
import { noteAbout } from "./free-text.ts";
import { SYMPTOM_TOKENS, SYMPTOMS } from "./questionnaire.ts";
import { recorded } from "./resource.ts";
import { isHighRisk } from "./review.ts";
import { screeningCategory } from "./screening-record.ts";
import { concept, SCREENING_RESULT, SNOMED } from "./terminology.ts";

/** The conventions that the export guide prints, as another client of the same server writes them. */
export function* guideResources(file: CaseFile): Generator<AnyResource> {
  if (file.random.chance(0.5)) yield resultObservation(file);
  if (file.random.chance(0.25)) yield symptomsResponse(file);
}

/** The code is no SNOMED CT code; it is printed so. */
function resultObservation(file: CaseFile): AnyResource {
  const { screening, random } = file;
  const { person, screenedMs } = screening;
  return recorded(file.origin, "Observation", file.ids.next("Observation"), screenedMs, {
    status: "final",
    category: [screeningCategory(random)],
    code: concept(SNOMED, "oral-cancer-screening"),
    subject: file.subject(),
    encounter: file.encounter(),
    effectiveDateTime: localDateTime(screenedMs),
    performer: [file.worker()],
    valueCodeableConcept: concept(SCREENING_RESULT, resultOf(file)),
    note: random.chance(0.04) ? [{ text: noteAbout(person, random) }] : undefined,
  });
}

function resultOf({ screening }: CaseFile): string {
  const { review, hasLesion } = screening;
  if (review !== undefined && isHighRisk(review.diagnosis)) return "high-risk";
  return hasLesion ? "low-risk" : "normal";
}

function symptomsResponse(file: CaseFile): AnyResource {
  const { screening, random } = file;
  const { person, screenedMs } = screening;
  const remarks: JsonObject = {
    linkId: "follow-up-remarks",
    answer: [{ valueString: noteAbout(person, random) }],
  };
  return recorded(file.origin, "QuestionnaireResponse", file.ids.next("QuestionnaireResponse"), screenedMs, {
    questionnaire: `Questionnaire/${SYMPTOMS}`,
    status: "completed",
    subject: file.subject(),
    authored: localDateTime(screenedMs),
    author: file.worker(),
    item: [{ linkId: "symptoms", answer: symptoms(file) }, ...(random.chance(0.3) ? [remarks] : [])],
  });
}

function symptoms({ screening, random }: CaseFile): JsonObject[] {
  if (!screening.hasLesion && !random.chance(0.25)) return [{ valueString: "none" }];
  const first = random.integer(0, SYMPTOM_TOKENS.length - 3);
  const tokens = SYMPTOM_TOKENS.slice(first, first + random.integer(1, 2));
  // A wish in words instead of a token: such an answer must not pass.
  const typed = random.chance(0.04) ? [`burning, told to ${screening.person.relative.name}`] : [];
  return [...tokens, ...typed].map((valueString) => ({ valueString }));
}
