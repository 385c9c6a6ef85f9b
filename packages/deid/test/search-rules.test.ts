import { EdgeError } from "@aarohan/contract";
import { parseSearchParameters, RESOURCE_TYPES, searchParametersOf } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import {
  compilePolicy,
  createPseudonymCodec,
  createSearchRules,
  linked,
  programmePolicy,
} from "../src/index.ts";

const plan = compilePolicy(programmePolicy);
const rules = createSearchRules(plan);
const codec = createPseudonymCodec({
  keys: [{ id: 1, secret: new Uint8Array(32).fill(3) }],
  domain: { tenant: "default", recipient: "analyst", policy: "programme" },
});
const pseudonym = codec.seal("Patient", "patient-123");

function admit(query: string) {
  const [type = "", search = ""] = query.split("?");
  return rules.admit(type, parseSearchParameters(new URLSearchParams(search)), codec);
}

function refusalOf(query: string): EdgeError {
  try {
    admit(query);
  } catch (error) {
    if (error instanceof EdgeError) return error;
    throw error;
  }
  throw new Error(`${query} was admitted`);
}

const ist = (day: string) => `${day}T00:00:00+05:30`;

describe("an analyst's search is translated", () => {
  it.each([
    [
      "QuestionnaireResponse?date=ge2025-01-01&date=le2025-12-31",
      [
        ["authored", `ge${ist("2025-01-01")}`],
        ["authored", `lt${ist("2026-01-01")}`],
      ],
    ],
    [
      "Observation?date=2025-02",
      [
        ["date", `ge${ist("2025-02-01")}`],
        ["date", `lt${ist("2025-03-01")}`],
      ],
    ],
    ["Observation?date=gt2025", [["date", `ge${ist("2026-01-01")}`]]],
    ["Observation?date=lt2025-03", [["date", `lt${ist("2025-03-01")}`]]],
    ["Observation?date=gt2024-02-29", [["date", `ge${ist("2024-03-01")}`]]],
    ["Observation?category=oral-cancer-screening", [["category", "oral-cancer-screening"]]],
    [
      "Observation?code=http://loinc.org|62596-2,http://loinc.org|63638-1",
      [["code", "http://loinc.org|62596-2,http://loinc.org|63638-1"]],
    ],
    [
      "Observation?value-concept=https://artpark.in/CodeSystem/habit-status|current",
      [["value-concept", "current"]],
    ],
    [`Observation?subject=Patient/${pseudonym}`, [["subject", "Patient/patient-123"]]],
    [`Observation?patient=${pseudonym}`, [["patient", "Patient/patient-123"]]],
    [`Patient?_id=${pseudonym}`, [["_id", "patient-123"]]],
    ["Patient?_lastUpdated=ge2025-03-05T10:00:00Z", [["_lastUpdated", `ge${ist("2025-03-05")}`]]],
    [
      "Patient?birthdate=ge1980-01-01&birthdate=lt1985",
      [
        ["birthdate", "ge1980-01-01"],
        ["birthdate", "lt1985-01-01"],
      ],
    ],
    ["Patient?address-state=Karnataka", [["address-state", "Karnataka,ಕರ್ನಾಟಕ,कर्नाटक"]]],
    ["Patient?address-state=karnataka", [["address-state", "Karnataka,ಕರ್ನಾಟಕ,कर्नाटक"]]],
    ["Patient?address-state=orissa,ODISHA", [["address-state", "Odisha,Orissa"]]],
    ["Patient?deceased=true", [["deceased", "true"]]],
    [
      `Procedure?patient=${pseudonym}&status=completed`,
      [
        ["patient", "Patient/patient-123"],
        ["status", "completed"],
      ],
    ],
    ["Patient?_sort=-_lastUpdated", [["_sort", "-_lastUpdated"]]],
    ["QuestionnaireResponse?_sort=date", [["_sort", "authored"]]],
    [
      "QuestionnaireResponse?questionnaire=Questionnaire/OralCancerPatientRegistration",
      [
        [
          "questionnaire",
          "Questionnaire/OralCancerPatientRegistration,https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerPatientRegistration",
        ],
      ],
    ],
  ])("%s", (query, upstream) => {
    expect(admit(query).upstream).toEqual(upstream);
    expect(admit(query).empty).toBe(false);
  });

  it("says so where a time of day was cut off", () => {
    expect(admit("Patient?_lastUpdated=ge2025-03-05T10:00:00Z").notices).toHaveLength(1);
    expect(admit("Patient?_lastUpdated=ge2025-03-05").notices).toHaveLength(0);
  });

  it("matches nothing for a foreign, guessed or tampered pseudonym", () => {
    expect(admit("Observation?subject=Patient/patient-123").empty).toBe(true);
    expect(admit(`Observation?subject=Patient/${pseudonym}x`).empty).toBe(true);
    expect(admit(`Encounter?_id=${pseudonym}`).empty).toBe(true);
  });
});

describe("what is described is what is admitted", () => {
  const types = [...plan.resources.keys()];
  const referencesOf = (type: string) =>
    [...searchParametersOf(type).values()].filter((one) => one.type === "reference");
  const isAdmitted = (query: string) => {
    try {
      return admit(query) !== undefined;
    } catch (error) {
      if (error instanceof EdgeError) return false;
      throw error;
    }
  };

  it.each(types)("of %s: every reference by which something comes along, and no other", (type) => {
    const { include, revinclude } = rules.includesOf(type);
    const forward = referencesOf(type).map(({ name }) => `${type}:${name}`);
    expect(forward.filter((one) => isAdmitted(`${type}?_include=${one}`)).sort()).toEqual(
      [...include].sort(),
    );
    const reverse = [...RESOURCE_TYPES].flatMap((source) =>
      referencesOf(source).map(({ name }) => `${source}:${name}`),
    );
    expect(reverse.filter((one) => isAdmitted(`${type}?_revinclude=${one}`)).sort()).toEqual(
      [...revinclude].sort(),
    );
  });

  it.each(types)("of %s: every order", (type) => {
    const names = ["_lastUpdated", "_id", ...searchParametersOf(type).keys(), "date"];
    expect([...new Set(names)].filter((name) => isAdmitted(`${type}?_sort=${name}`)).sort()).toEqual(
      [...rules.sortsOf(type)].sort(),
    );
  });
});

describe("resources that come along", () => {
  it("by references that are shown, with or without their type", () => {
    expect(admit("Observation?_include=Observation:subject:Patient").upstream).toEqual([
      ["_include", "Observation:subject:Patient"],
    ]);
    expect(admit("Patient?_revinclude=Observation:subject").self).toEqual([
      ["_revinclude", "Observation:subject"],
    ]);
    const { include, revinclude } = rules.includesOf("Encounter");
    expect(include).toContain("Encounter:subject");
    expect(revinclude).toContain("Observation:encounter");
    expect(include.join()).not.toMatch(/practitioner|location|participant/);
  });

  it("are those alone to which a match that is shown refers, or that refer to one", () => {
    const { inclusions } = admit(
      "Observation?_include=Observation:subject&_include=Observation:encounter:Encounter",
    );
    const match = {
      resourceType: "Observation",
      id: "o",
      subject: { reference: "Patient/a" },
      encounter: { reference: "Encounter/e" },
      performer: [{ reference: "Patient/hidden" }],
    };
    const row = (resourceType: string, id: string, more = {}) => ({ resourceType, id, ...more });
    const included = [
      row("Patient", "a"),
      row("Patient", "b"),
      row("Patient", "hidden"),
      row("Encounter", "e"),
    ];
    expect(linked(inclusions ?? [], [match], included).map(({ id }) => id)).toEqual(["a", "e"]);
    expect(linked(inclusions ?? [], [], included)).toEqual([]);
    const reverse = admit("Patient?_revinclude=Observation:subject").inclusions ?? [];
    const referring = [
      match,
      row("Observation", "p", { subject: { reference: "Patient/c" } }),
      row("Encounter", "e"),
    ];
    expect(linked(reverse, [row("Patient", "a")], referring).map(({ id }) => id)).toEqual(["o"]);
  });
});

describe("a lenient search", () => {
  it("passes over what is not known, says so, and refuses what is hidden all the same", () => {
    const lenient = (query: string) => {
      const [type = "", search = ""] = query.split("?");
      return rules.admit(type, parseSearchParameters(new URLSearchParams(search)), codec, "lenient");
    };
    const { self, notices, upstream } = lenient("Patient?frobnicate=secret&gender=male");
    expect(self).toEqual([["gender", "male"]]);
    expect(upstream).toEqual([["gender", "male"]]);
    expect(notices.join()).toContain("frobnicate");
    expect(notices.join()).not.toContain("secret");
    expect(() => lenient("Patient?name=Lakshmi")).toThrow(EdgeError);
  });
});

describe("an analyst's search is refused", () => {
  it.each([
    ["Patient?name=Lakshmi", "parameter-hidden"],
    ["Patient?phone=9876543210", "parameter-hidden"],
    ["Patient?identifier=x", "parameter-hidden"],
    ["Patient?address-postalcode=560034", "parameter-hidden"],
    ["Patient?_text=x", "parameter-hidden"],
    ["Patient?_filter=name eq x", "parameter-hidden"],
    ["Patient?_has:Observation:patient:code=x", "parameter-hidden"],
    ["Observation?subject.name=Lakshmi", "parameter-hidden"],
    ["Observation?subject:Patient.name=Lakshmi", "parameter-hidden"],
    ["Observation?code:text=x", "parameter-hidden"],
    ["Observation?code:not=62596-2", "parameter-hidden"],
    ["Observation?performer=Practitioner/1", "parameter-invalid"],
    ["Observation?device=Device/1", "parameter-hidden"],
    ["Observation?value-quantity=gt5", "parameter-hidden"],
    ["Observation?combo-code-value-concept=x$y", "parameter-hidden"],
    ["Patient?deceased=maybe", "parameter-invalid"],
    ["Patient?death-date=2025", "parameter-hidden"],
    ["Procedure?date=2025-01-05", "precision-hidden"],
    ["Procedure?performer=Practitioner/1", "parameter-invalid"],
    ["Observation?_include=Observation:performer:Practitioner", "parameter-hidden"],
    ["Observation?_include=Observation:subject:Practitioner", "parameter-hidden"],
    ["Observation?_include=Observation:code", "parameter-hidden"],
    ["Observation?_include=Patient:general-practitioner", "parameter-hidden"],
    ["Observation?_include=Encounter:subject", "parameter-hidden"],
    ["Observation?_include=Observation:subject:Patient:x", "parameter-hidden"],
    ["Observation?_include=*", "parameter-hidden"],
    ["Observation?_include=", "parameter-hidden"],
    ["Observation?_include=constructor:constructor", "parameter-hidden"],
    ["Observation?_include:iterate=Observation:subject", "parameter-hidden"],
    ["Patient?_revinclude=Media:subject", "parameter-hidden"],
    ["Patient?_revinclude=Observation:encounter", "parameter-hidden"],
    ["Patient?_revinclude=Observation:subject:Group", "parameter-hidden"],
    ["Patient?_revinclude:iterate=Observation:subject", "parameter-hidden"],
    ["Observation?_summary=count", "parameter-hidden"],
    ["Observation?code=9876543210", "parameter-hidden"],
    ["Observation?code=http://loinc.org|9876543210", "parameter-hidden"],
    ["Observation?code=http://loinc.org|", "parameter-hidden"],
    ["Observation?constructor=x", "parameter-unknown"],
    ["Observation?frobnicate=x", "parameter-unknown"],
    ["Observation?date=ge2023-01-05", "precision-hidden"],
    ["Observation?date=le2023-12-30", "precision-hidden"],
    ["Observation?date=2023-01-01", "precision-hidden"],
    ["Observation?date=ge2023-01-01T00:00:00Z", "precision-hidden"],
    ["Observation?date=ne2023", "precision-hidden"],
    ["Observation?date=ge2023,le2024", "parameter-invalid"],
    ["Observation?date=yesterday", "parameter-invalid"],
    ["Patient?birthdate=1984-03-12", "precision-hidden"],
    ["Patient?birthdate=ge1981-01-01", "precision-hidden"],
    ["Patient?birthdate=1984", "precision-hidden"],
    ["Patient?address-state=Kar", "parameter-hidden"],
    ["Patient?gender=Lakshmi", "parameter-invalid"],
    ["Patient?_sort=name", "parameter-hidden"],
    ["Patient?_sort=_lastUpdated,birthdate", "parameter-hidden"],
    ["Patient?_sort=birthdate", "parameter-hidden"],
    ["Observation?subject=Location/1", "parameter-invalid"],
    ["Observation?subject=1", "parameter-invalid"],
    ["Observation?subject=http://x/Patient/1", "parameter-invalid"],
    ["QuestionnaireResponse?questionnaire=Questionnaire/other", "parameter-hidden"],
  ])("%s: %s", (query, code) => {
    const error = refusalOf(query);
    expect(error.code).toBe(code);
    expect(error.parameter).toBe(query.replace(/^[^?]*\?([^=:.]+).*$/, "$1"));
    expect(error.message).not.toMatch(/Lakshmi|9876543210|560034/);
  });
});

describe("visibleOrder", () => {
  it("shows the day of _lastUpdated and the month of a date", () => {
    const resource = {
      resourceType: "Observation",
      meta: { lastUpdated: "2025-03-05T00:00:00Z" },
      effectivePeriod: { start: "2025-03" },
    };
    expect(rules.visibleOrder("Observation", "-_lastUpdated").keyOf(resource)).toBe("2025-03-05T00:00:00Z");
    expect(rules.visibleOrder("Observation", "date").keyOf(resource)).toBe("2025-03");
    expect(rules.visibleOrder("Observation", "").keyOf(resource)).toBe("");
  });
});
