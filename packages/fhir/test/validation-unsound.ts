import {
  ABSENT,
  containing,
  extended,
  observation,
  patient,
  type ValidationCase,
} from "./validation-cases.ts";

export const UNSOUND: readonly ValidationCase[] = [
  { what: "null", resource: null, issues: ["wrong-type Resource"] },
  { what: "a list", resource: [patient], issues: ["wrong-type Resource"] },
  { what: "a text", resource: '{"resourceType":"Patient"}', issues: ["wrong-type Resource"] },
  { what: "no type", resource: { id: "1" }, issues: ["unknown-resource-type Resource"] },
  {
    what: "a type that is not a resource's",
    resource: { resourceType: "HumanName", family: "X" },
    issues: ["unknown-resource-type Resource"],
  },
  {
    what: "an abstract type",
    resource: { resourceType: "DomainResource" },
    issues: ["unknown-resource-type Resource"],
  },
  {
    what: "a type that is no text",
    resource: { resourceType: ["Patient"] },
    issues: ["unknown-resource-type Resource"],
  },
  {
    what: "an inherited type",
    resource: Object.create({ resourceType: "Patient" }),
    issues: ["unknown-resource-type Resource"],
  },
  {
    what: "an unknown type in a Bundle",
    resource: { resourceType: "Bundle", type: "batch", entry: [{ resource: { resourceType: "Person2" } }] },
    issues: ["unknown-resource-type Bundle.entry[0].resource"],
  },
  {
    what: "no resource in a Bundle's entry",
    resource: { resourceType: "Bundle", type: "batch", entry: [{ resource: [] }, { resource: "x" }] },
    issues: ["cardinality Bundle.entry[0].resource", "wrong-type Bundle.entry[1].resource"],
  },
  {
    what: "an unknown element, without its name",
    resource: { ...patient, contact: [{ "9876543210": "x", nickname: "y" }] },
    issues: ["unknown-element Patient.contact[0].?", "unknown-element Patient.contact[0].?"],
  },
  {
    what: "a resource type within an element",
    resource: { ...patient, name: [{ resourceType: "HumanName", family: "X" }] },
    issues: ["unknown-element Patient.name[0].?"],
  },
  {
    what: "a choice without a type, or with one that it does not have",
    resource: { ...observation, value: "x", valueAddress: { text: "x" }, "value[x]": 1 },
    issues: [
      "unknown-element Observation.?",
      "unknown-element Observation.?",
      "unknown-element Observation.?",
    ],
  },
  {
    what: "extensions of what has none",
    resource: {
      ...patient,
      _id: ABSENT,
      text: { status: "empty", div: "<div/>", _div: ABSENT },
      name: [{ family: "X", _id: ABSENT, _period: ABSENT }],
      extension: [{ url: "urn:x", _url: ABSENT, valueCode: "x" }],
    },
    issues: [
      "unknown-element Patient.?",
      "unknown-element Patient.text.?",
      "unknown-element Patient.name[0].?",
      "unknown-element Patient.name[0].?",
      "unknown-element Patient.extension[0].?",
    ],
  },
  {
    what: "a modifier extension in a data type that has none",
    resource: {
      ...patient,
      name: [{ family: "X", modifierExtension: [{ url: "urn:x", valueBoolean: true }] }],
    },
    issues: ["unknown-element Patient.name[0].?"],
  },
  {
    what: "prototype names as elements",
    resource: JSON.parse(
      '{"resourceType":"Patient","__proto__":{"name":1},"constructor":{},"name":[{"toString":"x","family":"y"}]}',
    ),
    issues: ["unknown-element Patient.?", "unknown-element Patient.?", "unknown-element Patient.name[0].?"],
  },
  {
    what: "other JSON types than the elements'",
    resource: {
      ...patient,
      active: "true",
      birthDate: 1970,
      multipleBirthInteger: "2",
      maritalStatus: "M",
      name: ["X"],
      photo: [[]],
      _gender: "x",
      generalPractitioner: [7],
    },
    issues: [
      "wrong-type Patient.active",
      "wrong-type Patient.birthDate",
      "wrong-type Patient.multipleBirthInteger",
      "wrong-type Patient.maritalStatus",
      "wrong-type Patient.name[0]",
      "wrong-type Patient.photo[0]",
      "wrong-type Patient._gender",
      "wrong-type Patient.generalPractitioner[0]",
    ],
  },
  {
    what: "a decimal as text, as a financial system writes it",
    resource: { ...observation, valueQuantity: { value: "1.50" } },
    issues: ["wrong-type Observation.valueQuantity.value"],
  },
  {
    what: "a single element for a list, and a list for a single element",
    resource: { ...patient, name: { family: "X" }, gender: ["male"], maritalStatus: [{ text: "M" }] },
    issues: ["cardinality Patient.name", "cardinality Patient.gender", "cardinality Patient.maritalStatus"],
  },
  {
    what: "a list of extensions of another length than the list of values",
    resource: { ...patient, name: [{ given: ["A", "B"], _given: [ABSENT] }] },
    issues: ["cardinality Patient.name[0]._given"],
  },
  {
    what: "required elements that are missing",
    resource: { resourceType: "Observation", _status: { id: "s" }, component: [{ valueString: "x" }] },
    issues: [
      "empty Observation._status",
      "required Observation.component[0].code",
      "required Observation.status",
      "required Observation.code",
    ],
  },
  {
    what: "a required choice that is missing",
    resource: {
      resourceType: "ActivityDefinition",
      status: "draft",
      useContext: [{ code: { code: "focus" } }],
    },
    issues: ["required ActivityDefinition.useContext[0].value[x]"],
  },
  {
    what: "an extension without URL or value",
    resource: extended({ id: "x", valueString: "y" }),
    issues: ["required Patient.extension[0].url"],
  },
  {
    what: "an extension with neither value nor extensions",
    resource: extended({ url: "urn:x" }),
    issues: ["required Patient.extension[0].value[x]"],
  },
  {
    what: "an extension with both value and extensions",
    resource: extended({ url: "urn:x", valueCode: "a", extension: [{ url: "b", valueCode: "c" }] }),
    issues: ["choice Patient.extension[0].value[x]"],
  },
  {
    what: "a choice given twice",
    resource: { ...observation, valueString: "x", valueInteger: 1, effectiveDateTime: "2024" },
    issues: ["choice Observation.value[x]"],
  },
  {
    what: "a choice given as one type and absent as another",
    resource: { ...patient, deceasedBoolean: true, _deceasedDateTime: ABSENT },
    issues: ["choice Patient.deceased[x]"],
  },
  {
    what: "codes that the required binding does not have",
    resource: {
      ...patient,
      gender: "m",
      contact: [{ gender: "M", name: { use: "legal", family: "X" } }],
    },
    issues: [
      "invalid-value Patient.gender",
      "invalid-value Patient.contact[0].gender",
      "invalid-value Patient.contact[0].name.use",
    ],
  },
  {
    what: "emptiness of every kind",
    resource: {
      ...patient,
      id: "",
      birthDate: " \n",
      active: null,
      name: [],
      telecom: [null, {}, { id: "t" }],
      maritalStatus: {},
      photo: null,
      _gender: {},
      address: [{ line: ["a", null], _line: [null, null] }, { _line: [null] }],
      link: [undefined],
    },
    issues: [
      "empty Patient.id",
      "empty Patient.birthDate",
      "empty Patient.active",
      "empty Patient.name",
      "empty Patient.telecom[0]",
      "empty Patient.telecom[1]",
      "empty Patient.telecom[2]",
      "empty Patient.maritalStatus",
      "empty Patient.photo",
      "empty Patient._gender",
      "empty Patient.address[0].line[1]",
      "empty Patient.address[1]._line[0]",
      "empty Patient.link[0]",
    ],
  },
  {
    what: "a null among values that only an extension of another place explains",
    resource: { ...patient, name: [{ given: [null, "B"], _given: [null, ABSENT] }] },
    issues: ["empty Patient.name[0].given[0]"],
  },
  {
    what: "a narrative without a text",
    resource: { ...patient, text: { status: "generated", div: "" } },
    issues: ["empty Patient.text.div"],
  },
  {
    what: "a contained resource in a contained resource (dom-2)",
    resource: containing(
      [{ resourceType: "Organization", id: "o", name: "X", contained: [{ ...patient, id: "p" }] }],
      { managingOrganization: { reference: "#o" } },
    ),
    issues: ["nesting Patient.contained[0].contained"],
  },
  {
    what: "a contained resource that nothing refers to (dom-3)",
    resource: containing(
      [
        { resourceType: "Organization", id: "o", name: "X" },
        { resourceType: "Organization", name: "Y" },
      ],
      { managingOrganization: { reference: "#other" } },
    ),
    issues: ["nesting Patient.contained[0]", "nesting Patient.contained[1]"],
  },
  {
    what: "a contained resource that only another resource of the Bundle refers to (dom-3)",
    resource: {
      resourceType: "Bundle",
      type: "collection",
      entry: [
        { resource: containing([{ resourceType: "Organization", id: "o", name: "X" }]) },
        { resource: { ...patient, managingOrganization: { reference: "#o" } } },
      ],
    },
    issues: ["nesting Bundle.entry[0].resource.contained[0]"],
  },
  {
    what: "versions and security labels of a contained resource (dom-4, dom-5)",
    resource: containing(
      [
        {
          resourceType: "Organization",
          id: "o",
          name: "X",
          meta: { versionId: "1", lastUpdated: "2024-01-01T00:00:00Z", security: [{ code: "R" }] },
        },
      ],
      { managingOrganization: { reference: "#o" } },
    ),
    issues: [
      "nesting Patient.contained[0].meta.versionId",
      "nesting Patient.contained[0].meta.lastUpdated",
      "nesting Patient.contained[0].meta.security",
    ],
  },
  {
    what: "contained things that are no resources",
    resource: containing([{ resourceType: "X" }, "x", null]),
    issues: [
      "unknown-resource-type Patient.contained[0]",
      "wrong-type Patient.contained[1]",
      "wrong-type Patient.contained[2]",
      "nesting Patient.contained[0]",
    ],
  },
];
