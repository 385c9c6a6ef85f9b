import type { AnyResource, JsonObject } from "@aarohan/fhir";
import { PLACES, STATES } from "./place.ts";
import { type FormItem, REGISTRATION_FORM } from "./registration-form.ts";
import { defined, type Origin, recorded } from "./resource.ts";
import { coding, DIAGNOSES, RECOMMENDATION, RECOMMENDATIONS, SITES, SNOMED } from "./terminology.ts";

export const REGISTRATION = "OralCancerPatientRegistration";
export const REVIEW = "OralCancerScreenPatient";
export const SYMPTOMS = "oral-cancer-screening";
export const CANONICAL_BASE = "https://midas.iisc.ac.in/fhir/Questionnaire";
/** The version that a canonical reference to the registration form names. */
export const REGISTRATION_VERSION = "36";

export const SYMPTOM_TOKENS = [
  "white_patches",
  "red_patches",
  "ulcer",
  "non_healing_ulcer",
  "burning_sensation",
  "restricted_mouth_opening",
  "difficulty_swallowing",
  "none",
] as const;

const TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation";
const HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden";

/** The Questionnaires that the programme's responses answer. */
export function* questionnaires(origin: Origin, startMs: number): Generator<AnyResource> {
  // The form in use bears no url and no version of its own: responses name it by a relative reference.
  yield recorded(origin, "Questionnaire", REGISTRATION, startMs, {
    name: "Patient Registration",
    title: "Patient registration for Oral Cancer screening",
    status: "active",
    subjectType: ["Patient", "Observation"],
    item: REGISTRATION_FORM.map(questionnaireItem),
  });
  yield recorded(origin, "Questionnaire", REVIEW, startMs, {
    url: `${CANONICAL_BASE}/${REVIEW}`,
    name: REVIEW,
    title: "Oral Cancer Screen Patient",
    status: "active",
    subjectType: ["Patient"],
    item: reviewItems(),
  });
  yield recorded(origin, "Questionnaire", SYMPTOMS, startMs, {
    name: "OralCancerScreening",
    title: "Oral cancer screening",
    status: "active",
    subjectType: ["Patient"],
    item: [
      { linkId: "symptoms", type: "string", text: "Symptoms", repeats: true },
      { linkId: "follow-up-remarks", type: "text", text: "Remarks" },
    ],
  });
}

function questionnaireItem(item: FormItem): JsonObject {
  return defined({
    extension: item.linkId.endsWith("-ai-result") ? [{ url: HIDDEN, valueBoolean: true }] : undefined,
    linkId: item.linkId,
    text: item.text,
    _text: item.hindi === undefined ? undefined : { extension: [translation(item.hindi)] },
    type: item.type,
    required: item.required,
    answerOption: options(item),
    item: item.items?.map(questionnaireItem),
  });
}

function translation(hindi: string): JsonObject {
  return {
    url: TRANSLATION,
    extension: [
      { url: "lang", valueCode: "hi" },
      { url: "content", valueString: hindi },
    ],
  };
}

function options({ linkId, options }: FormItem): JsonObject[] | undefined {
  if (linkId === "patient-address-state") return STATES.map((state) => ({ valueString: state }));
  if (linkId === "patient-address-district") return PLACES.map(({ district }) => ({ valueString: district }));
  if (options === undefined) return undefined;
  const [system, codes] = options;
  return codes.split(" ").map((code) => ({ valueCoding: coding(system, code) }));
}

function reviewItems(): JsonObject[] {
  const choices = (system: string, codes: readonly string[]) =>
    codes.map((code) => ({ valueCoding: coding(system, code) }));
  return [
    {
      linkId: "provisional-diagnosis",
      type: "choice",
      text: "Provisional diagnosis",
      required: true,
      answerOption: choices(SNOMED, DIAGNOSES),
    },
    { linkId: "oral-cavity-site", type: "choice", text: "Site", answerOption: choices(SNOMED, SITES) },
    {
      linkId: "recommendation",
      type: "choice",
      text: "Recommendation",
      repeats: true,
      answerOption: choices(RECOMMENDATION, RECOMMENDATIONS),
    },
    { linkId: "note", type: "text", text: "Note" },
  ];
}
