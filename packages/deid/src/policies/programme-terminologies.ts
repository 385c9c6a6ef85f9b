import type { Terminology } from "../policy.ts";

/** The programme's own systems for answers whose source system is malformed. */
export const HABITS = "https://artpark.in/CodeSystem/habit-status";
export const YES_NO = "https://artpark.in/CodeSystem/yes-no";

/**
 * The terminologies in use and their codes, with our own displays. A system is listed code by code: what is typed into
 * a code by mistake has no way out.
 */
export const programmeTerminologies: Readonly<Record<string, Terminology>> = {
  "": {
    codes: { "oral-cancer-screening": "Oral Cancer Screening", years: "By years", dob: "By date of birth" },
  },
  "http://loinc.org": {
    codes: {
      "63638-1": "Smoking status",
      "39240-7": "Smokeless tobacco use",
      "64004-5": "Areca nut use",
      "74205-6": "Alcohol use",
      "LP232821-1": "Mouth opening",
      "62596-2": "Oral lesion",
    },
  },
  "http://snomed.info/sct": {
    codes: {
      "oral-cancer-screening": "Oral Cancer Screening",
      "162010006": "Normal oral mucosa",
      "30807003": "Benign lesion",
      "95269005": "Tobacco keratosis",
      "235027002": "Homogenous leukoplakia",
      "32883009": "Oral submucous fibrosis",
      "235049008": "Oral lichen planus",
      "235029004": "Speckled leukoplakia",
      "71379006": "Erythroplakia",
      "235031008": "Verrucous leukoplakia",
      "698010001": "Proliferative verrucous leukoplakia",
      "419842002": "Squamous cell carcinoma (provisional)",
      "103694001": "Non-diagnostic",
      "16811007": "Buccal mucosa",
      "21974007": "Tongue",
      "36360002": "Floor of mouth",
      "90228003": "Hard palate",
      "49460000": "Soft palate",
      "113279002": "Gingiva",
      "48477009": "Lip",
    },
  },
  "http://hl7.org/fhir/administrative-gender": {
    codes: { male: "Male", female: "Female", other: "Other", unknown: "Unknown" },
  },
  "http://terminology.hl7.org/CodeSystem/observation-category": {
    codes: {
      "social-history": "Social History",
      exam: "Exam",
      survey: "Survey",
      procedure: "Procedure",
      imaging: "Imaging",
    },
  },
  "http://terminology.hl7.org/CodeSystem/v3-ActCode": {
    codes: { OBSENC: "observation encounter", AMB: "ambulatory", FLD: "field", VR: "virtual" },
  },
  "http://terminology.hl7.org/CodeSystem/condition-clinical": {
    codes: { active: "Active", inactive: "Inactive", resolved: "Resolved", remission: "Remission" },
  },
  "http://terminology.hl7.org/CodeSystem/condition-ver-status": {
    codes: {
      unconfirmed: "Unconfirmed",
      provisional: "Provisional",
      differential: "Differential",
      confirmed: "Confirmed",
      refuted: "Refuted",
      "entered-in-error": "Entered in Error",
    },
  },
  "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical": {
    codes: { active: "Active", inactive: "Inactive", resolved: "Resolved" },
  },
  "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification": {
    codes: {
      unconfirmed: "Unconfirmed",
      confirmed: "Confirmed",
      refuted: "Refuted",
      "entered-in-error": "Entered in Error",
    },
  },
  "http://terminology.hl7.org/CodeSystem/condition-category": {
    codes: { "encounter-diagnosis": "Encounter Diagnosis", "problem-list-item": "Problem List Item" },
  },
  "http://terminology.hl7.org/CodeSystem/risk-probability": {
    codes: { negligible: "Negligible", low: "Low", moderate: "Moderate", high: "High", certain: "Certain" },
  },
  "http://terminology.hl7.org/CodeSystem/data-absent-reason": {
    codes: {
      unknown: "Unknown",
      masked: "Masked",
      "not-performed": "Not Performed",
      "not-asked": "Not Asked",
    },
  },
  "https://terminology.midas.iisc.ac.in/remote-screening-recommendation": {
    codes: {
      "urgent-refer-to-hospital": "Urgent referral to hospital",
      "additional-investigation-needed": "Additional investigation needed",
      "retake-image": "Retake image",
      "quit-habit": "Quit habit",
    },
  },
  "https://terminology.midas.iisc.ac.in/CodeSystem/location-physical-type": {
    codes: { field: "Field", hospital: "Hospital" },
  },
  "https://artpark.in/screening-result": {
    codes: {
      "high-risk": "High Risk",
      "low-risk": "Low Risk",
      normal: "Normal",
      inconclusive: "Inconclusive",
    },
  },
  "https://artpark.in/observation-category": { codes: { "oral-cancer-screening": "Oral Cancer Screening" } },
  "https://artpark.in/risk-level": { codes: { high: "High", moderate: "Moderate", low: "Low" } },
  [HABITS]: { codes: { current: "Current", past: "Past", never: "Never" } },
  [YES_NO]: { codes: { yes: "Yes", no: "No" } },
};
