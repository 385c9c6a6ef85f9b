import {
  ABSENT,
  CODE,
  containing,
  extended,
  observation,
  patient,
  type ValidationCase,
} from "./validation-cases.ts";

export const SOUND: readonly ValidationCase[] = [
  { what: "a resource with nothing but its type", resource: patient, issues: [] },
  {
    what: "a required primitive with a reason for its absence",
    resource: { resourceType: "Observation", _status: ABSENT, code: CODE },
    issues: [],
  },
  {
    what: "a required element with only an extension",
    resource: { resourceType: "Observation", status: "final", code: ABSENT },
    issues: [],
  },
  {
    what: "a required list of primitives of which each has a reason for its absence",
    resource: {
      resourceType: "SearchParameter",
      url: "http://example.org/sp",
      name: "sp",
      status: "draft",
      description: "-",
      code: "sp",
      _base: [ABSENT],
      type: "token",
    },
    issues: [],
  },
  {
    what: "a choice whose value is absent for a reason",
    resource: { ...observation, _valueString: ABSENT },
    issues: [],
  },
  {
    what: "a choice with a value and its extension",
    resource: { ...observation, valueString: "x", _valueString: ABSENT },
    issues: [],
  },
  {
    what: "an id on a primitive that has a value",
    resource: { ...patient, birthDate: "1970-01", _birthDate: { id: "b" } },
    issues: [],
  },
  {
    what: "lists of values and of their extensions, filled out with null",
    resource: { ...patient, name: [{ given: ["A", null], _given: [null, ABSENT] }] },
    issues: [],
  },
  {
    what: "a list of extensions without values",
    resource: { ...patient, name: [{ _given: [ABSENT, ABSENT] }] },
    issues: [],
  },
  {
    what: "an extension of extensions",
    resource: extended({ url: "urn:x", extension: [{ url: "a", valueBoolean: false }] }),
    issues: [],
  },
  {
    what: "an extension whose value is absent for a reason",
    resource: extended({ url: "urn:x", _valueDate: ABSENT }),
    issues: [],
  },
  {
    what: "a contained resource that a reference names",
    resource: containing([{ resourceType: "Organization", id: "o", name: "X" }], {
      managingOrganization: { reference: "#o" },
    }),
    issues: [],
  },
  {
    what: "a contained resource that a canonical names",
    resource: {
      resourceType: "QuestionnaireResponse",
      status: "completed",
      questionnaire: "#q",
      contained: [{ resourceType: "Questionnaire", id: "q", status: "active" }],
    },
    issues: [],
  },
  {
    what: "a contained resource that another contained resource names",
    resource: containing(
      [
        { resourceType: "Organization", id: "o", name: "X", partOf: { reference: "#p" } },
        { resourceType: "Organization", id: "p", name: "Y" },
      ],
      { managingOrganization: { reference: "#o" } },
    ),
    issues: [],
  },
  {
    what: "a contained resource that refers to its container",
    resource: containing([{ ...observation, subject: { reference: "#" } }]),
    issues: [],
  },
  {
    what: "resources in a Bundle that each contain their own",
    resource: {
      resourceType: "Bundle",
      type: "collection",
      entry: [
        {
          resource: containing([{ resourceType: "Organization", id: "o", name: "X" }], {
            managingOrganization: { reference: "#o" },
          }),
        },
        { resource: { resourceType: "Parameters", parameter: [{ name: "p", resource: observation }] } },
      ],
    },
    issues: [],
  },
  {
    what: "what JSON.stringify leaves out",
    resource: { ...patient, birthDate: undefined, nickname: undefined },
    issues: [],
  },
];
