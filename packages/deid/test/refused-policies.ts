import type { Policy } from "../src/index.ts";
import { policyFor, smallPolicy } from "./small-policy.ts";

/** What is wrong, the policy, the place that the error names, and what it says of it. */
export type Refusal = readonly [what: string, policy: Policy, place: string, problem: string];

const NOTHING_FITS = "has a rule that fits none of its types";

const NAMES: readonly Refusal[] = [
  [
    "an unknown type",
    smallPolicy({ resources: { Pateint: {} } }),
    "Pateint",
    "is no resource type of FHIR R4",
  ],
  [
    "a data type as a resource",
    smallPolicy({ resources: { Address: {} } }),
    "Address",
    "is no resource type",
  ],
  [
    "an abstract resource",
    smallPolicy({ resources: { DomainResource: {} } }),
    "DomainResource",
    "is no resource type",
  ],
  [
    "an unknown element",
    policyFor("Patient", { nickname: "keep" }),
    "Patient.nickname",
    "is no element of FHIR R4",
  ],
  [
    "an unknown element inside",
    policyFor("Patient", { "contact.nickname": "keep" }),
    "Patient.contact.nickname",
    "is no element of FHIR R4",
  ],
  [
    "an element inside a primitive",
    policyFor("Patient", { "gender.text": "keep" }),
    "Patient.gender",
    "is no type of FHIR R4 that has elements",
  ],
  [
    "a type that the choice does not have",
    policyFor("Patient", { deceasedString: "drop" }),
    "Patient.deceasedString",
    "is no element of FHIR R4",
  ],
  [
    "an element that not every resource has",
    smallPolicy({ everyResource: { id: "pseudonym", gender: "keep" } }),
    "everyResource.gender",
    "is no element that every resource",
  ],
  [
    "an unknown element of an element that every resource has",
    smallPolicy({ everyResource: { id: "pseudonym", "meta.author": "drop" }, resources: { Patient: {} } }),
    "Patient.meta.author",
    "is no element of FHIR R4",
  ],
  [
    "an unknown data type",
    smallPolicy({ types: { Adress: "drop" } }),
    "types.Adress",
    "is no data type of FHIR R4",
  ],
  [
    "a resource as a data type",
    smallPolicy({ types: { Patient: { elements: { gender: "keep" } } } }),
    "types.Patient",
    "is no data type",
  ],
  [
    "a backbone element as a data type",
    smallPolicy({ types: { "Patient.contact": "drop" } }),
    "types.Patient.contact",
    "is no data type",
  ],
  [
    "an unknown element of a data type",
    smallPolicy({ types: { Period: { elements: { begin: "type" } } } }),
    "Period.begin",
    "is no element of FHIR R4",
  ],
  [
    "an extension on an unknown type",
    smallPolicy({ extensions: { "http://x": { on: ["Pateint"], values: { valueBoolean: "keep" } } } }),
    "extensions.http://x",
    "stands on Pateint, which R4 lacks",
  ],
  [
    "an extension on a primitive",
    smallPolicy({ extensions: { "http://x": { on: ["string"], values: { valueBoolean: "keep" } } } }),
    "extensions.http://x",
    "stands on string",
  ],
  [
    "an extension's value that R4 lacks",
    smallPolicy({ extensions: { "http://x": { on: ["Patient"], values: { valueNonsense: "keep" } } } }),
    "extensions.http://x.valueNonsense",
    "is no element of FHIR R4",
  ],
];

const FITS: readonly Refusal[] = [
  [
    "a region of a code",
    policyFor("Patient", { gender: { method: "region", level: "state" } }),
    "Patient.gender",
    NOTHING_FITS,
  ],
  [
    "a pseudonym of a text",
    policyFor("Patient", { "name.text": "pseudonym" }),
    "Patient.name.text",
    NOTHING_FITS,
  ],
  ["free numbers", policyFor("Patient", { "telecom.rank": "keep" }), "Patient.telecom.rank", NOTHING_FITS],
  ["free text, unsaid", policyFor("Patient", { "name.text": "keep" }), "Patient.name.text", NOTHING_FITS],
  ["a code without a binding", policyFor("Patient", { language: "keep" }), "Patient.language", NOTHING_FITS],
  ["a whole value", policyFor("Patient", { name: "keep" }), "Patient.name", NOTHING_FITS],
  [
    "terminology of a concept",
    policyFor("Observation", { code: "terminology" }),
    "Observation.code",
    NOTHING_FITS,
  ],
  [
    "an instant cut to the month",
    policyFor("Observation", { issued: { method: "truncateDate", precision: "month" } }),
    "Observation.issued",
    NOTHING_FITS,
  ],
  [
    "presence outside a choice",
    policyFor("Task", { authoredOn: "presence" }),
    "Task.authoredOn",
    NOTHING_FITS,
  ],
  [
    "presence where the choice has no boolean",
    policyFor("Observation", { "effective[x]": "presence" }),
    "Observation.effective[x]",
    NOTHING_FITS,
  ],
  [
    "a text for a boolean",
    policyFor("Patient", { active: { method: "fixed", value: "yes" } }),
    "Patient.active",
    NOTHING_FITS,
  ],
  ["answers elsewhere", policyFor("Questionnaire", { item: "answers" }), "Questionnaire.item", NOTHING_FITS],
  ["resources elsewhere", policyFor("Patient", { link: "resources" }), "Patient.link", NOTHING_FITS],
  ["a data type that has no rule", policyFor("Patient", { photo: "type" }), "Patient.photo", NOTHING_FITS],
  [
    "a rule of one type of a choice",
    policyFor("Observation", { valueString: { method: "quantity", units: ["%"], least: 0, most: 1 } }),
    "Observation.valueString",
    "has a rule that does not fit its type",
  ],
  [
    "a rule of an extension's value",
    smallPolicy({
      resources: { Patient: {} },
      extensions: { "http://x": { on: ["Patient"], values: { valueAddress: "keep" } } },
    }),
    "Patient.extension(http://x).valueAddress",
    "has a rule that does not fit its type",
  ],
];

const CONTRADICTIONS: readonly Refusal[] = [
  [
    "an element and one inside it",
    policyFor("Patient", { contact: "type", "contact.gender": "keep" }),
    "Patient.contact",
    "has a rule, and so have elements inside it",
  ],
  [
    "an element of every resource and one inside it",
    policyFor(
      "Patient",
      { meta: "drop" },
      {
        everyResource: { id: "pseudonym", "meta.lastUpdated": { method: "truncateDate", precision: "day" } },
      },
    ),
    "Patient.meta",
    "has a rule, and so have elements inside it",
  ],
  [
    "a choice and one type of it",
    policyFor("Patient", { "deceased[x]": "presence", deceasedBoolean: "keep" }),
    "Patient.deceasedBoolean",
    "has a rule, and so has deceased[x]",
  ],
  [
    "two numbers of days to move by",
    policyFor("Task", {
      authoredOn: { method: "shiftDate", mostDays: 30 },
      lastModified: { method: "shiftDate", mostDays: 182 },
    }),
    "Task.lastModified",
    "moves by other days than another rule",
  ],
  [
    "one Questionnaire with two sets of rules",
    smallPolicy({
      questionnaires: [
        { names: ["Questionnaire/a", "Questionnaire/b"], answers: {} },
        { names: ["Questionnaire/b"], answers: { x: { kind: "boolean" } } },
      ],
    }),
    "questionnaires.Questionnaire/b",
    "is named twice",
  ],
];

const PROMISES: readonly Refusal[] = [
  ["ids that stay", smallPolicy({ everyResource: { id: "keep" } }), "everyResource.id", "is pseudonym"],
  ["ids without a rule", smallPolicy({ everyResource: {} }), "everyResource.id", "is pseudonym"],
  ["ids that stay in one type", policyFor("Patient", { id: "keep" }), "Patient.id", "is pseudonym"],
  ["ids that are digests in one type", policyFor("Patient", { id: "hash" }), "Patient.id", "is pseudonym"],
  ["ids that are dropped in one type", policyFor("Patient", { id: "drop" }), "Patient.id", "is pseudonym"],
  [
    "ids that are masked even in identified data",
    smallPolicy({ audience: "identified", everyResource: { id: "mask" } }),
    "everyResource.id",
    "is pseudonym",
  ],
  [
    "what is unnamed stays",
    smallPolicy({ resources: { Patient: { unnamed: "keep" } } }),
    "resources.Patient",
    "only an identified policy",
  ],
  [
    "what is unnamed stays in other resources",
    smallPolicy({ otherResources: { unnamed: "keep" } }),
    "resources.Account",
    "only an identified policy",
  ],
  [
    "what is unnamed stays in a data type",
    smallPolicy({ types: { Period: { unnamed: "keep", elements: {} } } }),
    "types.Period",
    "only an identified policy",
  ],
];

export const REFUSED_POLICIES: readonly Refusal[] = [...NAMES, ...FITS, ...CONTRADICTIONS, ...PROMISES];
