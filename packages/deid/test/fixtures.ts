import type { AnyResource } from "@aarohan/fhir";

/** What must not come out, whatever the resource: each fixture carries all of it where it can. */
export const SECRETS = [
  "Lakshmi",
  "Ravikumar",
  "लक्ष्मी",
  "ಲಕ್ಷ್ಮಿ",
  "9876543210",
  "4321 8765 2109",
  "14-digit-abha",
  "Gandhi Road",
  "560034",
  "1984-03-12",
  "patient-123",
  "12.9716",
  "flw-77",
  "photo.jpg",
];

export const patient: AnyResource = {
  resourceType: "Patient",
  id: "patient-123",
  meta: {
    versionId: "4",
    lastUpdated: "2025-03-31T20:15:00.123Z",
    source: "#Ravikumar",
    tag: [{ system: "https://smartregister.org/practitioner-tag-id", code: "flw-77" }],
  },
  text: { status: "generated", div: "<div>Lakshmi Ravikumar 9876543210</div>" },
  contained: [{ resourceType: "Location", id: "gps", position: { latitude: 12.9716, longitude: 77.5946 } }],
  extension: [{ url: "https://example.org/own-name", valueString: "Lakshmi" }],
  identifier: [
    { system: "https://healthid.ndhm.gov.in", value: "14-digit-abha", assigner: { display: "Ravikumar" } },
    { system: "https://uidai.gov.in", value: "4321 8765 2109" },
  ],
  active: true,
  name: [
    { given: ["Lakshmi"], family: "Ravikumar", _family: { extension: [{ url: "x", valueString: "ಲಕ್ಷ್ಮಿ" }] } },
  ],
  telecom: [{ system: "phone", value: "9876543210" }],
  gender: "male",
  birthDate: "1984-03-12",
  address: [
    {
      line: ["12 Gandhi Road"],
      city: "Koramangala",
      district: "Bangalore Urban",
      state: "Karnataka",
      postalCode: "560034",
      country: "IN",
    },
  ],
  photo: [{ url: "https://x/photo.jpg", title: "Lakshmi" }],
  contact: [{ name: { text: "Ravikumar" }, telecom: [{ value: "9876543210" }] }],
  generalPractitioner: [{ reference: "Practitioner/flw-77", display: "Ravikumar" }],
  __unknown: { text: "Lakshmi" },
};

export const response: AnyResource = {
  resourceType: "QuestionnaireResponse",
  id: "qr-1",
  questionnaire: "Questionnaire/oral-cancer-screening",
  status: "completed",
  subject: { reference: "Patient/patient-123", display: "Lakshmi Ravikumar" },
  author: { reference: "Practitioner/flw-77" },
  item: [
    {
      linkId: "symptoms",
      text: "Lakshmi's",
      answer: [{ valueString: "white_patches" }, { valueString: "ask Ravikumar" }],
    },
    { linkId: "note", answer: [{ valueString: "9876543210" }] },
  ],
};

export const observation: AnyResource = {
  resourceType: "Observation",
  id: "obs-1",
  status: "final",
  code: {
    text: "Lakshmi",
    coding: [{ system: "http://snomed.info/sct", code: "oral-cancer-screening", display: "Ravikumar" }],
  },
  subject: { reference: "Patient/patient-123", identifier: { value: "14-digit-abha" } },
  performer: [{ reference: "Practitioner/flw-77" }],
  effectiveDateTime: "2025-03-31T20:15:00Z",
  issued: "2025-03-31T20:15:00Z",
  note: [{ text: "Lakshmi, 9876543210" }],
  valueCodeableConcept: {
    text: "Lakshmi",
    coding: [
      { system: "https://artpark.in/screening-result", code: "high-risk", display: "Lakshmi" },
      { system: "https://artpark.in/screening-result", code: "Lakshmi" },
    ],
  },
};

/** A registration as the programme's form makes it, with what people type into it. */
export const registration: AnyResource = {
  resourceType: "QuestionnaireResponse",
  id: "0d87c467-5274-4fec-8b6e-665b8f10c8d0",
  questionnaire: "Questionnaire/OralCancerPatientRegistration|1.2",
  status: "completed",
  authored: "2025-03-31T20:15:00Z",
  contained: [{ resourceType: "Location", id: "gps", position: { latitude: 12.9716, longitude: 77.5946 } }],
  extension: [{ url: "https://midas.iisc.ac.in/CodeSystem/refer-case", valueBoolean: true }],
  item: [
    {
      linkId: "basic-info-group",
      item: [
        { linkId: "patient-name-given", answer: [{ valueString: "लक्ष्मी" }] },
        { linkId: "patient-contact-primary", answer: [{ valueString: "9876543210" }] },
        { linkId: "patient-age-by-years", answer: [{ valueInteger: 41 }] },
        { linkId: "patient-age-by-dob", answer: [{ valueDate: "1984-03-12" }] },
        { linkId: "patient-address-pincode", answer: [{ valueInteger: 560034 }] },
        { linkId: "patient-address-state", answer: [{ valueString: "Karnataka" }] },
        { linkId: "patient-address-district", answer: [{ valueString: "12 Gandhi Road" }] },
      ],
    },
    {
      linkId: "habit-history-group",
      item: [
        {
          linkId: "patient-habit-tobacco",
          answer: [
            {
              valueCoding: {
                system: "urn:uuid:0d87c467-5274-4fec-8b6e-665b8f10c8dg",
                code: "current",
                display: "Lakshmi",
              },
            },
          ],
        },
      ],
    },
    {
      linkId: "screening-group",
      item: [
        {
          linkId: "patient-screening-image-group",
          item: [
            {
              linkId: "patient-screening-image-1",
              answer: [{ valueAttachment: { url: "https://x/photo.jpg" } }],
            },
            { linkId: "patient-screening-image-1-ai-result", answer: [{ valueString: "Suspicious|70" }] },
            { linkId: "patient-screening-image-2-ai-result", answer: [{ valueString: "Lakshmi|70" }] },
          ],
        },
      ],
    },
    { linkId: "aa-reference-id", answer: [{ valueString: "98765432" }] },
    { linkId: "case-level-ai-result", answer: [{ valueString: "suspicious" }] },
  ],
};
