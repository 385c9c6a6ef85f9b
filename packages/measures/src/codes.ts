/** Code systems and codes of the programme's forms, Tasks and extracts: what indicators are classified by. */
export const LOINC = "http://loinc.org";
export const ORGANISATION_TAG = "https://smartregister.org/organisation-tag-id";

/** Last segments of the forms' addresses: they occur relative and canonical, with and without a version. */
export const REGISTRATION_FORM = "OralCancerPatientRegistration";
export const REVIEW_FORM = "OralCancerScreenPatient";
export const FOLLOW_UP_TASK = "https://midas.iisc.ac.in/fhir/Task/oral-cancer-screening-follow-up";

/** linkId of the registration form → LOINC code of the Observation that is extracted from it. */
export const HABITS: Readonly<Record<string, string>> = {
  "patient-habit-cigarette": "63638-1",
  "patient-habit-tobacco": "39240-7",
  "patient-habit-areca": "64004-5",
  "patient-habit-alcohol": "74205-6",
};
/** The same codes in the same order; the first three are tobacco and areca. */
export const HABIT_CODES: readonly string[] = Object.values(HABITS);
export const TOBACCO_AND_ARECA = 3;
export const LESION_LINK_ID = "patient-screening-lesion";
export const LESION_CODE = "62596-2";

/** Provisional diagnoses (SNOMED CT), in a fixed order: their places are stored. */
export const DIAGNOSES: readonly string[] = [
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
];

export const NORMAL = "162010006";
export const BENIGN = "30807003";
export const NON_DIAGNOSTIC = "103694001";
export const SQUAMOUS_CELL_CARCINOMA = "419842002";
export const HIGH_RISK: readonly string[] = ["235029004", "71379006", "235031008", "698010001", "419842002"];

/** What a specialist recommends, in a fixed order: their bits are stored. */
export const RECOMMENDATIONS = [
  "urgent-refer-to-hospital",
  "additional-investigation-needed",
  "retake-image",
  "quit-habit",
] as const;
/** Those that refer. */
export const REFERRING = ["urgent-refer-to-hospital", "additional-investigation-needed"] as const;

/** Outcomes of a follow-up Task, in a fixed order: their places, from 1, are stored. */
export const OUTCOMES: readonly string[] = [
  "NOT_CONTACTED",
  "NOT_RESPONDED",
  "AGREED_FOLLOWUP_NOT_DONE",
  "NOT_AGREED_FOR_FOLLOWUP",
  "FOLLOWUP_DONE",
  "FOLLOWUP_NOT_DONE",
];
