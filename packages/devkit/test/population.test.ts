import { createHash } from "node:crypto";
import { type AnyResource, isFhirId, isResourceType } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { generatePopulation, type PopulationOptions } from "../src/population/index.ts";
import { isVerhoeffValid, verhoeffDigit } from "../src/population/national-id.ts";
import { list, object, population, strings, text } from "./population-sample.ts";

const HIGH_RISK = ["235029004", "71379006", "235031008", "698010001", "419842002"];
const REGISTRATION =
  /^(?:https:\/\/midas\.iisc\.ac\.in\/fhir\/)?Questionnaire\/OralCancerPatientRegistration(?:\|36)?$/;
const REVIEW = "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerScreenPatient";
const resources = population();

function ofType(resourceType: string): AnyResource[] {
  return resources.filter((resource) => resource.resourceType === resourceType);
}

function hashOf(options: PopulationOptions): string {
  const hash = createHash("sha256");
  for (const resource of generatePopulation(options)) hash.update(`${JSON.stringify(resource)}\n`);
  return hash.digest("hex");
}

function codeOf(concept: unknown): string {
  return text(object(list(object(concept).coding)[0]).code);
}

function registrations(): AnyResource[] {
  return ofType("QuestionnaireResponse").filter(({ questionnaire }) =>
    REGISTRATION.test(text(questionnaire)),
  );
}

function answersOf(response: AnyResource): Map<string, Record<string, unknown>> {
  const answers = new Map<string, Record<string, unknown>>();
  const visit = (items: unknown) => {
    for (const item of list(items).map(object)) {
      const [answer] = list(item.answer);
      answers.set(text(item.linkId), answer === undefined ? {} : object(answer));
      visit(item.item);
    }
  };
  visit(response.item);
  return answers;
}

describe("generatePopulation", () => {
  it("gives the same bytes for the same options", () => {
    expect(hashOf({ patients: 60, seed: 3 })).toBe(hashOf({ patients: 60, seed: 3 }));
  });

  it("gives these very bytes, on every machine", () => {
    expect(hashOf({ patients: 40, seed: 11, months: 12, endDate: "2025-12-31" })).toBe(
      "647556ab7edb6f38ef64495ebe1ff3c2a180b1c99377e71a193f8728e077cf58",
    );
  });

  it.each<[string, PopulationOptions]>([
    ["seed", { patients: 20, seed: 4 }],
    ["months", { patients: 20, seed: 3, months: 6 }],
    ["end date", { patients: 20, seed: 3, endDate: "2025-06-30" }],
  ])("gives other bytes for another %s", (_name, options) => {
    expect(hashOf(options)).not.toBe(hashOf({ patients: 20, seed: 3 }));
  });

  it.each<[PopulationOptions, RegExp]>([
    [{ patients: -1 }, /patients/],
    [{ patients: 1.5 }, /patients/],
    [{ patients: 1, seed: Number.NaN }, /seed/],
    [{ patients: 1, months: 0 }, /months/],
    [{ patients: 1, endDate: "2025-02-30" }, /endDate/],
    [{ patients: 1, endDate: "31/12/2025" }, /endDate/],
  ])("refuses %j before the first resource", (options, message) => {
    expect(() => generatePopulation(options)).toThrow(message);
  });

  it("streams: the first resource of a very large population is there at once", () => {
    const { value } = generatePopulation({ patients: 10_000_000 }).next();
    expect(value.resourceType).toBe("Questionnaire");
  });

  it("puts each resource after those that it refers to, each id once", () => {
    const seen = new Set<string>();
    for (const resource of resources) {
      const own = `${resource.resourceType}/${text(resource.id)}`;
      expect(seen.has(own)).toBe(false);
      seen.add(own);
      for (const [path, reference] of strings(resource)) {
        if (!path.endsWith(".reference")) continue;
        const contained = list(resource.contained).map((inner) => `#${text(object(inner).id)}`);
        expect(seen.has(reference) || contained.includes(reference), `${own} ${path}`).toBe(true);
      }
    }
  });

  it("uses FHIR's ids, most of them UUIDs, some short ones of a server", () => {
    const ids = ofType("Patient").map(({ id }) => text(id));
    expect(
      resources.every(({ id, resourceType }) => isFhirId(text(id)) && isResourceType(resourceType)),
    ).toBe(true);
    expect(ids.filter((id) => /^\d{7}$/.test(id)).length).toBeGreaterThan(20);
    expect(ids.filter((id) => /^patient-\d+$/.test(id)).length).toBeGreaterThan(20);
    expect(ids.filter((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(id)).length).toBeGreaterThan(
      ids.length * 0.9,
    );
  });

  it("gives each patient 12 to 17 resources on average", () => {
    expect(resources.length / ofType("Patient").length).toBeGreaterThan(12);
    expect(resources.length / ofType("Patient").length).toBeLessThan(17);
  });

  it("tags, versions and dates each resource, none after the end", () => {
    for (const { meta } of resources) {
      const { lastUpdated, versionId, source, tag } = object(meta);
      expect(Date.parse(text(lastUpdated))).toBeLessThan(Date.parse("2026-11-01T00:00:00+05:30"));
      expect(text(versionId)).toMatch(/^\d+$/);
      expect(text(source)).toMatch(/^#[0-9a-f]{16}$/);
      expect(
        list(tag).map((item) => text(object(item).system).replace("https://smartregister.org/", "")),
      ).toEqual([
        "app-version",
        "care-team-tag-id",
        "practitioner-tag-id",
        "location-tag-id",
        "organisation-tag-id",
        "related-entity-location-tag-id",
      ]);
    }
  });

  it("updates no event before it happened", () => {
    for (const resource of resources) {
      const event =
        resource.authored ?? resource.effectiveDateTime ?? resource.recordedDate ?? resource.lastModified;
      if (event === undefined) continue;
      const arrived = Date.parse(text(object(resource.meta).lastUpdated));
      expect(arrived).toBeGreaterThanOrEqual(Date.parse(text(event)));
    }
  });
});

describe("the funnel", () => {
  const reviews = ofType("QuestionnaireResponse").filter(({ questionnaire }) => questionnaire === REVIEW);
  const followUps = ofType("Task").filter(({ instantiatesUri }) =>
    text(instantiatesUri).endsWith("-follow-up"),
  );
  const outcomes = followUps.map(
    ({ output }) => list(output).map((item) => object(object(item).valueCodeableConcept).text)[0],
  );

  it("finds a lesion in about 5 % of the screened", () => {
    const lesions = ofType("Observation").filter(({ code }) => codeOf(code) === "62596-2");
    const positive = lesions.filter(({ valueCodeableConcept }) => codeOf(valueCodeableConcept) === "yes");
    expect(lesions).toHaveLength(ofType("Patient").length);
    expect(positive.length / lesions.length).toBeGreaterThan(0.035);
    expect(positive.length / lesions.length).toBeLessThan(0.065);
  });

  it("finds about 3.7 % of the reviewed to be of high risk", () => {
    const high = reviews.filter((review) =>
      HIGH_RISK.includes(text(object(answersOf(review).get("provisional-diagnosis")?.valueCoding).code)),
    );
    expect(reviews.length / ofType("Patient").length).toBeGreaterThan(0.75);
    expect(high.length / reviews.length).toBeGreaterThan(0.025);
    expect(high.length / reviews.length).toBeLessThan(0.05);
  });

  it("brings about 31 % of the referred to a follow-up, and knows every state", () => {
    const done = outcomes.filter((outcome) => outcome === "FOLLOWUP_DONE");
    expect(done.length / followUps.length).toBeGreaterThan(0.22);
    expect(done.length / followUps.length).toBeLessThan(0.4);
    expect(new Set(outcomes)).toEqual(
      new Set([
        "FOLLOWUP_DONE",
        "NOT_CONTACTED",
        "NOT_RESPONDED",
        "AGREED_FOLLOWUP_NOT_DONE",
        "NOT_AGREED_FOR_FOLLOWUP",
        "FOLLOWUP_NOT_DONE",
        undefined,
      ]),
    );
  });

  it("marks Conditions confirmed, although they are provisional", () => {
    const conditions = ofType("Condition");
    expect(conditions.length).toBeGreaterThan(50);
    expect(new Set(conditions.map(({ verificationStatus }) => codeOf(verificationStatus)))).toEqual(
      new Set(["confirmed"]),
    );
  });

  it("screens in all 24 months, more in the later ones, and through the whole of 2025", () => {
    const months = new Map<string, number>();
    for (const { authored } of registrations()) {
      const month = text(authored).slice(0, 7);
      months.set(month, (months.get(month) ?? 0) + 1);
    }
    const counts = [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
    const sum = (part: number[]) => part.reduce((total, count) => total + count, 0);
    expect(counts).toHaveLength(24);
    expect(sum(counts.slice(12))).toBeGreaterThan(1.3 * sum(counts.slice(0, 12)));
    expect([...months.keys()].filter((month) => month.startsWith("2025-"))).toHaveLength(12);
  });

  it("covers at least four states, with districts of unequal size and several spellings", () => {
    const addresses = ofType("Patient").map(({ address }) => object(list(address)[0]));
    const districts = new Map<string, number>();
    for (const { district } of addresses)
      districts.set(text(district), (districts.get(text(district)) ?? 0) + 1);
    expect(new Set(addresses.map(({ state }) => state)).size).toBeGreaterThanOrEqual(6);
    expect([...districts.keys()]).toEqual(expect.arrayContaining(["Bangalore Urban", "Bengaluru Urban"]));
    expect(districts.get("Patna")).toBeGreaterThan(50);
    expect(districts.get("Dima Hasao")).toBeLessThan(11);
  });

  it("screens people of 30 and over, some of 90 and over, of every sex, in both settings", () => {
    const ages = registrations().flatMap((response) => {
      const { valueInteger } = answersOf(response).get("patient-age-by-years") ?? {};
      return typeof valueInteger === "number" && valueInteger < 200 ? [valueInteger] : [];
    });
    const settings = registrations().map(
      (response) => object(answersOf(response).get("location-physical-type")?.valueCoding).code,
    );
    expect(Math.min(...ages)).toBe(30);
    expect(Math.max(...ages)).toBeGreaterThanOrEqual(90);
    expect(new Set(ofType("Patient").map(({ gender }) => gender))).toEqual(
      new Set(["female", "male", "other"]),
    );
    expect(new Set(settings)).toEqual(new Set(["field", "hospital"]));
  });

  it("derives the birth date of an age in years as the form does: 365 days a year", () => {
    const byPatient = new Map(ofType("Patient").map((patient) => [`Patient/${text(patient.id)}`, patient]));
    for (const response of registrations()) {
      const age = answersOf(response).get("patient-age-by-years")?.valueInteger;
      if (typeof age !== "number" || age > 200) continue;
      const day = Date.parse(text(response.authored).slice(0, 10)) - age * 365 * 86_400_000;
      const expected = new Date(day)
        .toISOString()
        .slice(0, 10)
        .replace(/-01-01$/, "-01-02");
      expect(byPatient.get(text(object(response.subject).reference))?.birthDate).toBe(expected);
    }
  });
});

describe("the forms", () => {
  it("answers only linkIds of the form and those that the app adds", () => {
    const [form] = ofType("Questionnaire").filter(({ id }) => id === "OralCancerPatientRegistration");
    const known = new Set(
      strings(form ?? {})
        .filter(([path]) => path.endsWith(".linkId"))
        .map(([, linkId]) => linkId),
    );
    expect(known.size).toBe(53);
    known.add("aa-reference-id").add("case-level-ai-result");
    for (const response of registrations()) {
      for (const linkId of answersOf(response).keys()) expect(known).toContain(linkId);
    }
  });

  it("refers to the form relatively, with a version and as a canonical URL", () => {
    const forms = new Set(registrations().map(({ questionnaire }) => questionnaire));
    expect(forms).toEqual(
      new Set([
        "Questionnaire/OralCancerPatientRegistration",
        "Questionnaire/OralCancerPatientRegistration|36",
        "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerPatientRegistration",
        "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerPatientRegistration|36",
      ]),
    );
  });

  it("keeps the source's malformed value systems", () => {
    const systems = new Set(
      ofType("Observation").map(
        ({ valueCodeableConcept }) => object(list(object(valueCodeableConcept).coding)[0]).system,
      ),
    );
    expect(systems).toContain("urn:uuid:0d87c467-5274-4fec-8b6e-665b8f10c8dg");
    expect(systems).toContain("urn:uuid:0d87c467-5274-4fec-8b6e-665b8f10c8dd");
  });

  it("follows the export guide's conventions beside the programme's own", () => {
    const results = ofType("Observation").filter(({ code }) => codeOf(code) === "oral-cancer-screening");
    const values = new Set(results.map(({ valueCodeableConcept }) => codeOf(valueCodeableConcept)));
    const categories = ofType("Observation").flatMap(({ category }) =>
      list(category).flatMap((concept) => list(object(concept).coding).map(object)),
    );
    const screening = categories.filter(({ code }) => code === "oral-cancer-screening");
    const symptoms = ofType("QuestionnaireResponse")
      .filter(({ questionnaire }) => questionnaire === "Questionnaire/oral-cancer-screening")
      .map((response) => answersOf(response).get("symptoms")?.valueString);
    expect(values).toContain("high-risk");
    expect(screening.some(({ system }) => system === undefined)).toBe(true);
    expect(screening.some(({ system }) => system === "https://artpark.in/observation-category")).toBe(true);
    expect(symptoms).toContain("white_patches");
  });

  it("holds Consents of every kind, a few percent of which deny", () => {
    const consents = ofType("Consent");
    const provisions = consents.map(({ provision }) =>
      Array.isArray(provision) ? {} : object(provision ?? {}),
    );
    const denied = provisions.filter(({ type }) => type === "deny").length;
    const patients = consents.map(({ patient }) => text(object(patient).reference));
    expect(denied / ofType("Patient").length).toBeGreaterThan(0.02);
    expect(denied / ofType("Patient").length).toBeLessThan(0.06);
    expect(provisions.some(({ type }) => type === "permit")).toBe(true);
    expect(provisions.some(({ period }) => period !== undefined && text(object(period).end) < "2026")).toBe(
      true,
    );
    expect(consents.some(({ status }) => status === "inactive")).toBe(true);
    expect(consents.some(({ provision }) => provision === undefined)).toBe(true);
    expect(consents.some(({ provision }) => Array.isArray(provision))).toBe(true);
    expect(new Set(patients).size).toBeLessThan(patients.length);
  });
});

describe("Verhoeff's check digit", () => {
  it.each(["2363", "758722", "123451", "1428570"])("validates %s", (digits) => {
    expect(isVerhoeffValid(digits)).toBe(true);
  });

  it("is 3 for 236, as the scheme's textbook example says", () => {
    expect(verhoeffDigit("236")).toBe("3");
  });

  it("notices every single wrong digit and every swap of neighbours", () => {
    const number = `39487562031${verhoeffDigit("39487562031")}`;
    for (let place = 0; place < number.length; place += 1) {
      const digit = Number(number[place]);
      for (let other = 0; other < 10; other += 1) {
        const changed = `${number.slice(0, place)}${other}${number.slice(place + 1)}`;
        expect(isVerhoeffValid(changed)).toBe(other === digit);
      }
      const swapped = `${number.slice(0, place)}${number[place + 1] ?? ""}${digit}${number.slice(place + 2)}`;
      if (place + 1 < number.length && swapped !== number) expect(isVerhoeffValid(swapped)).toBe(false);
    }
  });
});
