import type { JsonObject } from "@aarohan/fhir";

export const LOINC = "http://loinc.org";
export const SNOMED = "http://snomed.info/sct";
export const GENDER = "http://hl7.org/fhir/administrative-gender";
export const SETTING = "https://terminology.midas.iisc.ac.in/CodeSystem/location-physical-type";
export const RECOMMENDATION = "https://terminology.midas.iisc.ac.in/remote-screening-recommendation";
export const SCREENING_CATEGORY = "https://artpark.in/observation-category";
export const SCREENING_RESULT = "https://artpark.in/screening-result";
/** The source's own systems, malformed as they are: the last group is no hexadecimal number. */
export const HABIT = "urn:uuid:0d87c467-5274-4fec-8b6e-665b8f10c8dg";
export const YES_NO = "urn:uuid:0d87c467-5274-4fec-8b6e-665b8f10c8dd";

const HL7 = "http://terminology.hl7.org/CodeSystem";
export const ACT_CODE = `${HL7}/v3-ActCode`;
export const ACT_REASON = `${HL7}/v3-ActReason`;
export const CLINICAL_STATUS = `${HL7}/condition-clinical`;
export const VERIFICATION_STATUS = `${HL7}/condition-ver-status`;
export const CONDITION_CATEGORY = `${HL7}/condition-category`;
export const RISK = `${HL7}/risk-probability`;
export const OBSERVATION_CATEGORY = `${HL7}/observation-category`;
export const CONSENT_SCOPE = `${HL7}/consentscope`;

/** Codes in use, and what the forms show for them. */
const DISPLAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": { years: "By years", dob: "By date of birth", "oral-cancer-screening": "Oral Cancer Screening" },
  [LOINC]: {
    "63638-1": "Smoking status",
    "39240-7": "Smokeless tobacco use",
    "64004-5": "Areca nut use",
    "74205-6": "Alcohol use",
    "LP232821-1": "Mouth opening",
    "62596-2": "Oral lesion",
    "72170-4": "Photographic image",
    "59284-0": "Patient Consent",
  },
  [SNOMED]: {
    "oral-cancer-screening": "Oral Cancer Screening",
    "162010006": "Normal",
    "30807003": "Benign",
    "95269005": "Tobacco keratosis",
    "235027002": "Homogenous leukoplakia",
    "32883009": "Oral submucous fibrosis",
    "235049008": "Lichen planus",
    "235029004": "Speckled leukoplakia",
    "71379006": "Erythroplakia",
    "235031008": "Verrucous leukoplakia",
    "698010001": "Proliferative verrucous leukoplakia",
    "419842002": "Squamous cell carcinoma",
    "103694001": "Non-diagnostic",
    "16811007": "Buccal mucosa",
    "21974007": "Tongue",
    "36360002": "Floor of mouth",
    "90228003": "Hard palate",
    "113279002": "Gingiva",
    "48477009": "Lip",
  },
  [GENDER]: { male: "Male", female: "Female", other: "Other" },
  [SETTING]: { field: "Field/primary care", hospital: "Hospital" },
  [HABIT]: { current: "Current", past: "Past", never: "Never" },
  [YES_NO]: { yes: "Yes", no: "No" },
  [RECOMMENDATION]: {
    "urgent-refer-to-hospital": "Urgent refer to hospital",
    "additional-investigation-needed": "Additional investigation needed",
    "retake-image": "Retake image",
    "quit-habit": "Quit habit",
  },
  [SCREENING_RESULT]: { "high-risk": "High Risk", "low-risk": "Low Risk", normal: "Normal" },
  [SCREENING_CATEGORY]: { "oral-cancer-screening": "Oral Cancer Screening" },
  [ACT_CODE]: { OBSENC: "observation encounter" },
  [ACT_REASON]: { HRESCH: "healthcare research" },
  [CLINICAL_STATUS]: { active: "Active" },
  [VERIFICATION_STATUS]: { confirmed: "Confirmed" },
  [CONDITION_CATEGORY]: { "encounter-diagnosis": "Encounter Diagnosis" },
  [RISK]: { low: "Low likelihood", moderate: "Moderate likelihood", high: "High likelihood" },
  [OBSERVATION_CATEGORY]: { "social-history": "Social History", exam: "Exam" },
  [CONSENT_SCOPE]: { research: "Research", "patient-privacy": "Privacy Consent" },
};

/** Every display above: what stands in a `display` or a `text` and is not here was typed by somebody. */
export const KNOWN_DISPLAYS: ReadonlySet<string> = new Set(
  Object.values(DISPLAYS).flatMap((codes) => Object.values(codes)),
);

/** A Coding with the display of the table; the empty system stands for a Coding without one. */
export function coding(system: string, code: string): JsonObject {
  const display = DISPLAYS[system]?.[code];
  return { ...(system === "" ? {} : { system }), code, ...(display === undefined ? {} : { display }) };
}

/** A CodeableConcept of one coding. */
export function concept(system: string, code: string): JsonObject {
  return { coding: [coding(system, code)] };
}

/** Provisional diagnoses that a specialist may give (SNOMED CT). */
export const DIAGNOSES = [
  "162010006",
  "30807003",
  "95269005",
  "235027002",
  "32883009",
  "235049008",
  "235029004",
  "71379006",
  "235031008",
  "698010001",
  "419842002",
  "103694001",
] as const;

export type Diagnosis = (typeof DIAGNOSES)[number];

/** Sites in the oral cavity (SNOMED CT). */
export const SITES = ["16811007", "21974007", "36360002", "90228003", "113279002", "48477009"] as const;

export const RECOMMENDATIONS = [
  "urgent-refer-to-hospital",
  "additional-investigation-needed",
  "retake-image",
  "quit-habit",
] as const;

export type Recommendation = (typeof RECOMMENDATIONS)[number];
