import { type AnyResource, isResourceType } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { collectIdentifyingValues } from "../src/population/index.ts";
import { isVerhoeffValid } from "../src/population/national-id.ts";
import { NAME_WORDS } from "../src/population/person-name.ts";
import { PLACES, STATES } from "../src/population/place.ts";
import { list, object, population, strings, text } from "./population-sample.ts";

const resources = population();
const everything = locate();
const LATIN_NAMES = new RegExp(
  `^(?:${[...NAME_WORDS].filter((name) => /^[A-Z][a-z]{3,}$/.test(name)).join("|")})$`,
);

/** Kind of identity, resource type, path that ends so, and the shape of the value. */
const PLANTED: readonly (readonly [kind: string, resourceType: string, path: RegExp, value: RegExp])[] = [
  ["given name in Latin letters", "Patient", /^\.name\.given$/, /^[A-Z][a-z]{3,}$/],
  ["name in Devanagari", "Patient", /^\.name\.text$/, /^\p{Script=Devanagari}[\p{Script=Devanagari} ]{4,}$/u],
  ["name in Kannada", "Patient", /^\.name\.text$/, /^\p{Script=Kannada}[\p{Script=Kannada}\u200c ]{4,}$/u],
  ["family name in Devanagari", "Patient", /^\.name\.family$/, /^\p{Script=Devanagari}{4,}$/u],
  ["family name as an extension", "Patient", /^\.name\._family\.extension\.valueString$/, /\w{4}/],
  ["mobile number", "Patient", /^\.telecom\.value$/, /^[6-9]\d{9}$/],
  ["mobile number with prefix", "Patient", /^\.telecom\.value$/, /^\+91 \d{5} \d{5}$/],
  ["email", "Patient", /^\.telecom\.value$/, /@example\.in$/],
  ["Aadhaar number", "Patient", /^\.identifier\.value$/, /^\d{12}$|^\d{4} \d{4} \d{4}$/],
  ["ABHA number", "Patient", /^\.identifier\.value$/, /^91\d{12}$|^91-\d{4}-\d{4}-\d{4}$/],
  ["PAN", "Patient", /^\.identifier\.value$/, /^[A-Z]{3}P[A-Z]\d{4}[A-Z]$/],
  ["assigner of an identifier", "Patient", /^\.identifier\.assigner\.display$/, /^Enrolment desk /],
  ["birth date", "Patient", /^\.birthDate$/, /^\d{4}-\d\d-\d\d$/],
  ["instant of death", "Patient", /^\.deceasedDateTime$/, /T/],
  ["house", "Patient", /^\.address\.line$/, /^No\. /],
  ["village", "Patient", /^\.address\.city$/, /^[A-Z]/],
  ["PIN code", "Patient", /^\.address\.postalCode$/, /^\d{6}$/],
  ["address as a text", "Patient", /^\.address\.text$/, /^No\. /],
  ["house typed into the district", "Patient", /^\.address\.district$/, /^No\. /],
  ["portrait", "Patient", /^\.photo\.url$/, /^https:/],
  ["name in a title", "Patient", /^\.photo\.title$/, / portrait$/],
  ["hash of a portrait", "Patient", /^\.photo\.hash$/, /=$/],
  ["relative's name", "Patient", /^\.contact\.name\.text$/, / /],
  ["relative's phone", "Patient", /^\.contact\.telecom\.value$/, /^\d{10}$/],
  ["relation as a text", "Patient", /^\.contact\.relationship\.text$/, / of /],
  ["unknown extension", "Patient", /^\.extension\.valueString$/, /\w/],
  ["birth place", "Patient", /^\.extension\.valueAddress\.city$/, /\w/],
  ["worker's name as a display", "Patient", /^\.generalPractitioner\.display$/, / /],
  ["Narrative", "Patient", /^\.text\.div$/, /<div/],
  ["element that R4 does not have", "Patient", /^\.householdContact\.displayName$/, / /],
  ["id of an earlier Patient", "Patient", /^\.link\.other\.reference$/, /^Patient\//],
  ["tag of a practitioner", "Patient", /^\.meta\.tag\.code$/, /^[0-9a-f]{8}-/],
  ["source", "Patient", /^\.meta\.source$/, /^#/],
  ["name in the form", "QuestionnaireResponse", /\.answer\.valueString$/, LATIN_NAMES],
  ["reference id", "QuestionnaireResponse", /^\.item\.answer\.valueString$/, /^\d{8}$/],
  ["latitude", "QuestionnaireResponse", /^\.contained\.position\.latitude$/, /^\d+\.\d{6}$/],
  ["longitude", "QuestionnaireResponse", /^\.contained\.position\.longitude$/, /^\d+\.\d{6}$/],
  ["PIN code as an integer", "QuestionnaireResponse", /\.answer\.valueInteger$/, /^\d{6}$/],
  ["phone as an integer", "QuestionnaireResponse", /\.answer\.valueInteger$/, /^\d{10}$/],
  ["birth date in the form", "QuestionnaireResponse", /\.answer\.valueDate$/, /^\d{4}-\d\d-\d\d$/],
  ["photograph in the form", "QuestionnaireResponse", /\.valueAttachment\.url$/, /^https:/],
  ["free text beside a code", "QuestionnaireResponse", /\.valueCoding\.display$/, /^Yes, \w+ \w+ saw it$/],
  [
    "specialist's note",
    "QuestionnaireResponse",
    /^\.item\.answer\.valueString$/,
    /relative|Call|Lives|Brought|no phone/,
  ],
  ["note below an answer", "QuestionnaireResponse", /^\.item\.answer\.item\.answer\.valueString$/, /\w/],
  ["instant of an event", "QuestionnaireResponse", /^\.authored$/, /T\d\d:\d\d:\d\d\+05:30$/],
  ["newer participant", "Encounter", /^\.participant\.actor\.reference$/, /^Practitioner\//],
  ["reason as a text", "Encounter", /^\.reasonCode\.text$/, /\w/],
  ["issued", "Observation", /^\.issued$/, /T/],
  ["note with a relative", "Observation", /^\.note\.text$/, /\w/],
  ["author of a note", "Observation", /^\.note\.authorString$/, / /],
  ["text of a value", "Observation", /^\.valueCodeableConcept\.text$/, / says so$/],
  ["display of a local code", "Observation", /^\.valueCodeableConcept\.coding\.display$/, /^as told by /],
  ["path of a photograph", "Media", /^\.extension\.valueUrl$/, /^file:/],
  ["title of a photograph", "Media", /^\.content\.title$/, /\.jpg$/],
  ["description of a document", "DocumentReference", /^\.description$/, /^Oral cavity of /],
  ["data of a photograph", "DocumentReference", /^\.content\.attachment\.data$/, /^\/9j\//],
  ["description of an impression", "ClinicalImpression", /^\.description$/, /^Remote review /],
  ["summary of an impression", "ClinicalImpression", /^\.summary$/, / years: /],
  ["note of an impression", "ClinicalImpression", /^\.note\.text$/, /\w/],
  ["onset as a text", "Condition", /^\.onsetString$/, /^since /],
  ["mitigation", "RiskAssessment", /^\.mitigation$/, /\w/],
  ["rationale", "RiskAssessment", /^\.prediction\.rationale$/, / reports /],
  ["description of a task", "Task", /^\.description$/, /^Follow up .*\d{10}$/],
  ["owner of a task", "Task", /^\.owner\.reference$/, /^Practitioner\//],
  ["end of a task", "Task", /^\.executionPeriod\.end$/, /T/],
  ["patient's name as a display", "Consent", /^\.patient\.display$/, / /],
  ["title of a consent", "Consent", /^\.sourceAttachment\.title$/, / thumb print$/],
  ["staff's name", "Practitioner", /^\.name\.text$/, / /],
  ["staff's phone", "Practitioner", /^\.telecom\.value$/, /^\d{10}$/],
  ["name of a health centre", "Location", /^\.name$/, /^Primary Health Centre/],
];

describe("the population", () => {
  it.each(PLANTED)("hides identity as %s (%s)", (_kind, resourceType, path, value) => {
    expect(planted(resourceType, path, value)).not.toHaveLength(0);
  });

  it("has notes that hold an Aadhaar number, an ABHA number and a phone", () => {
    const notes = planted("Observation", /^\.note\.text$/, /\w/).map(({ found }) => found);
    expect(notes.some((note) => /Aadhaar \d{4} \d{4} \d{4}/.test(note))).toBe(true);
    expect(notes.some((note) => /ABHA card 91-/.test(note))).toBe(true);
    expect(notes.some((note) => /\d{5} \d{5}|\+91\d{10}/.test(note))).toBe(true);
  });

  it("gives every Aadhaar number its check digit", () => {
    const numbers = resources
      .filter(({ resourceType }) => resourceType === "Patient")
      .flatMap(({ identifier }) => list(identifier).map(object))
      .filter(({ system }) => system === "https://uidai.gov.in")
      .map(({ value }) => text(value).replaceAll(" ", ""));
    expect(numbers.length).toBeGreaterThan(100);
    expect(numbers.every((number) => number.length === 12 && isVerhoeffValid(number))).toBe(true);
  });

  it("gives no DocumentReference a subject", () => {
    const documents = resources.filter(({ resourceType }) => resourceType === "DocumentReference");
    expect(documents.every(({ subject }) => subject === undefined)).toBe(true);
  });
});

describe("collectIdentifyingValues", () => {
  it.each(PLANTED)("tells %s (%s)", (_kind, resourceType, path, value) => {
    const untold = planted(resourceType, path, value).filter(({ resource, at, found }) => {
      const last = at.endsWith(".reference") ? found.split("/").at(-1) : found;
      const told = at.endsWith(".div") ? found.replace(/<[^>]*>/g, " ").trim() : last;
      return told === undefined || !new Set(collectIdentifyingValues(resource)).has(told);
    });
    expect(untold.map(({ at }) => at)).toEqual([]);
  });

  it("tells names and numbers out of a note", () => {
    const values = collect({
      resourceType: "Observation",
      note: [
        {
          text: "Call son Manjunath Hiremath on 98450 12345; +919845012346; ಮಂಜುನಾಥ, Aadhaar 2345 6789 0124",
        },
      ],
    });
    expect([...values]).toEqual(
      expect.arrayContaining([
        "Manjunath",
        "Hiremath",
        "ಮಂಜುನಾಥ",
        "9845012345",
        "9845012346",
        "2345 6789 0124",
        "234567890124",
      ]),
    );
  });

  it.each<[string, AnyResource]>([
    ["a state", { resourceType: "Patient", address: [{ state: "Karnataka", country: "IN" }] }],
    [
      "a district in another spelling",
      { resourceType: "Patient", address: [{ district: "Bangalore Urban" }] },
    ],
    [
      "a code",
      { resourceType: "Observation", code: { coding: [{ system: "http://loinc.org", code: "62596-2" }] } },
    ],
    [
      "a display of the forms",
      { resourceType: "Observation", valueCodeableConcept: { coding: [{ display: "High Risk" }] } },
    ],
    ["an outcome", { resourceType: "Task", output: [{ valueCodeableConcept: { text: "FOLLOWUP_DONE" } }] }],
    [
      "a symptom",
      {
        resourceType: "QuestionnaireResponse",
        item: [{ linkId: "symptoms", answer: [{ valueString: "white_patches" }] }],
      },
    ],
    [
      "a photograph's result",
      { resourceType: "QuestionnaireResponse", item: [{ answer: [{ valueString: "Suspicious|70" }] }] },
    ],
    [
      "an age in years",
      { resourceType: "QuestionnaireResponse", item: [{ answer: [{ valueInteger: 54 }] }] },
    ],
    [
      "the setting",
      {
        resourceType: "Encounter",
        location: [{ location: { reference: "Location/physical-location-field" } }],
      },
    ],
    ["the first day of a cohort", { resourceType: "Patient", birthDate: "1980-01-01" }],
    ["a month", { resourceType: "Condition", recordedDate: "2025-03" }],
    ["a day's first instant", { resourceType: "Patient", meta: { lastUpdated: "2025-03-14T00:00:00Z" } }],
    ["a name of three letters", { resourceType: "Patient", name: [{ family: "Rao" }] }],
    [
      "an undefined tag",
      {
        resourceType: "Patient",
        meta: { tag: [{ system: "https://smartregister.org/location-tag-id", code: "Not defined" }] },
      },
    ],
    [
      "the app's version",
      {
        resourceType: "Patient",
        meta: { tag: [{ system: "https://smartregister.org/app-version", code: "1.2.0" }] },
      },
    ],
  ])("does not tell %s", (_what, resource) => {
    expect([...collect(resource)]).toEqual([]);
  });

  it("tells nothing of a Questionnaire but who loaded it", () => {
    const [form] = resources;
    const own = new Set(strings(form?.meta).map(([, value]) => value));
    expect(form?.resourceType).toBe("Questionnaire");
    expect([...collect(form ?? { resourceType: "" })].filter((value) => !own.has(value))).toEqual([]);
  });

  it("never tells what every output may hold: states, districts, types, and nothing shorter than four characters", () => {
    const common = new Set([
      ...STATES,
      ...PLACES.flatMap(({ district, variants }) => [district, ...variants]),
    ]);
    const told = new Set(resources.flatMap((resource) => [...collectIdentifyingValues(resource)]));
    const wrong = [...told].filter(
      (value) => common.has(value) || isResourceType(value) || [...value].length < 4,
    );
    expect(wrong).toEqual([]);
  });

  it("has no name that is part of the name of a place, a type or an element", () => {
    const words = new Set([
      ...STATES,
      ...PLACES.flatMap(({ district, variants }) => [district, ...variants]),
    ]);
    for (const resource of resources.slice(0, 2000)) {
      for (const path of strings(resource).map(([at]) => at))
        for (const name of path.split(".")) words.add(name);
    }
    const all = [...words].join("\n").toLowerCase();
    const parts = [...NAME_WORDS].filter((name) => [...name].length >= 4 && all.includes(name.toLowerCase()));
    expect(parts).toEqual([]);
  });
});

function collect(resource: AnyResource): Iterable<string> {
  return collectIdentifyingValues(resource);
}

interface Located {
  readonly resource: AnyResource;
  readonly at: string;
  readonly found: string;
}

function locate(): Map<string, Located[]> {
  const byType = new Map<string, Located[]>();
  for (const resource of resources) {
    const located = byType.get(resource.resourceType) ?? [];
    byType.set(resource.resourceType, located);
    for (const [at, found] of strings(resource))
      if (found !== "Not defined") located.push({ resource, at, found });
  }
  return byType;
}

/** Every value of that shape at that path, with its resource. */
function planted(resourceType: string, path: RegExp, value: RegExp): Located[] {
  return (everything.get(resourceType) ?? []).filter(({ at, found }) => path.test(at) && value.test(found));
}
