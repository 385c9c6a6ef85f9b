import { generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawResponse, rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const PATIENTS = 60;
const population = [...generatePopulation({ patients: PATIENTS })];
const TAG = "https://smartregister.org/practitioner-tag-id";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: PATIENTS });
});
afterAll(() => stack.close());

function tagOf({ meta }: AnyResource, system: string): string | undefined {
  const tags: { system: string; code: string }[] = Object(meta).tag ?? [];
  return tags.find((tag) => tag.system === system)?.code;
}

const observations = population.filter(({ resourceType }) => resourceType === "Observation");
const worker = observations.map((one) => tagOf(one, TAG)).find((code) => code !== undefined) ?? "";
const own = observations.filter((one) => tagOf(one, TAG) === worker);
const others = observations.filter((one) => tagOf(one, TAG) !== worker);
const patientOf = (one: AnyResource | undefined) =>
  String(Object(one?.subject).reference).replace("Patient/", "");

async function asProvider(path: string, claims: Record<string, unknown>): Promise<RawResponse> {
  const token = await stack.mint.mint("provider", claims);
  return rawRequest(`${stack.fhirUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } });
}

function idsOf(response: RawResponse): string[] {
  const { entry = [] } = response.json() as { entry?: { resource: { id: string } }[] };
  return entry.map(({ resource }) => resource.id);
}

describe("a provider whom the token authorises as a general practitioner", () => {
  it("sees the patients in care, and what is about them alone", async () => {
    const own = await startTestStack({
      patients: PATIENTS,
      settings: { AUTHORISING_CLAIMS: '[{"claim":"practitioner_id","names":"generalPractitioner"}]' },
    });
    try {
      const patients = population.filter(({ resourceType }) => resourceType === "Patient");
      const doctorOf = ({ generalPractitioner }: AnyResource) =>
        String(Object(Object(generalPractitioner)[0]).reference).replace("Practitioner/", "");
      const doctor = doctorOf(patients[0] ?? { resourceType: "Patient" });
      const inCare = patients.filter((one) => doctorOf(one) === doctor).map(({ id }) => String(id));
      const token = async (practitioner: string) => {
        const bearer = await own.mint.mint("provider", { practitioner_id: practitioner });
        return { headers: { Authorization: `Bearer ${bearer}` } };
      };
      const ask = async (path: string) => rawRequest(`${own.fhirUrl}${path}`, await token(doctor));
      expect(idsOf(await ask("/Patient?_count=1000")).sort()).toEqual(inCare.toSorted());
      const expected = observations
        .filter((one) => inCare.includes(patientOf(one)))
        .map(({ id }) => String(id));
      expect(idsOf(await ask("/Observation?_count=1000")).sort()).toEqual(expected.sort());
      const foreign = patients.find(({ id }) => !inCare.includes(String(id)));
      expect((await ask(`/Patient/${foreign?.id}`)).status).toBe(404);
      expect((await ask(`/Patient/${inCare[0]}`)).status).toBe(200);
      const nobody = await rawRequest(`${own.fhirUrl}/Patient`, await token("nobodys-doctor"));
      expect(nobody.status).toBe(403);
    } finally {
      await own.close();
    }
  });
});

describe("a provider whom the token authorises by a tag", () => {
  const claims = { practitioner_id: worker };

  it("sees all of the own records, identified, and none of others", async () => {
    expect(own.length).toBeGreaterThan(0);
    expect(others.length).toBeGreaterThan(own.length);
    const response = await asProvider("/Observation?_count=1000", claims);
    expect(idsOf(response).sort()).toEqual(own.map(({ id }) => String(id)).sort());
    const patients = await asProvider("/Patient?_count=1000", claims);
    expect(patients.body).toContain('"family"');
    expect(patients.body).not.toContain("PSEUDED");
  });

  it("reads the own, and finds nothing of others", async () => {
    expect((await asProvider(`/Observation/${own[0]?.id}`, claims)).status).toBe(200);
    const foreign = await asProvider(`/Observation/${others[0]?.id}`, claims);
    const missing = await asProvider("/Observation/nobody", claims);
    expect(foreign.status).toBe(404);
    const plain = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "");
    expect(plain(foreign.body)).toBe(plain(missing.body));
  });

  it.each([
    `/Observation?_id=${others[0]?.id}`,
    `/Observation?subject=Patient/${patientOf(others[0])}`,
    `/Observation?_tag=${TAG}|${tagOf(others[0] ?? { resourceType: "" }, TAG)}`,
    `/Patient?_id=${patientOf(others.find((one) => patientOf(one) !== patientOf(own[0])))}`,
  ])("%s gives nothing of others", async (path) => {
    const response = await asProvider(path, claims);
    expect(response.status).toBe(200);
    for (const id of idsOf(response)) {
      const found = population.find((one) => one.id === id);
      expect(found && tagOf(found, TAG)).toBe(worker);
    }
  });

  it.each([
    "/Observation?subject.name=a",
    "/Observation?subject:Patient.name=a",
    "/Patient?_has:Observation:patient:code=x",
    "/Patient?_filter=name eq a",
    "/Patient?_text=a",
  ])("%s is refused: it reaches resources of others", async (path) => {
    expect((await asProvider(path, claims)).status).toBe(403);
  });

  it("cannot follow another's page link", async () => {
    const page = await asProvider("/Observation?_count=1", claims);
    const { link } = page.json() as { link: { relation: string; url: string }[] };
    const next = link.find(({ relation }) => relation === "next")?.url ?? "";
    const other = await stack.mint.mint("provider", claims);
    expect(next).toContain("_page=");
    expect((await rawRequest(next, { headers: { Authorization: `Bearer ${other}` } })).status).toBe(410);
  });
});

describe("a provider whom the token authorises by a patient", () => {
  const patient = patientOf(own[0]);

  it("sees that patient and what is about them, and no type that belongs to no patient", async () => {
    expect(idsOf(await asProvider("/Patient", { patient }))).toEqual([patient]);
    const about = await asProvider("/Observation?_count=1000", { patient });
    const expected = observations.filter((one) => patientOf(one) === patient).map(({ id }) => String(id));
    expect(idsOf(about).sort()).toEqual(expected.sort());
    expect((await asProvider("/Practitioner", { patient })).status).toBe(403);
  });
});

describe("a token that authorises nobody", () => {
  it.each([
    ["no claim", {}],
    ["a placeholder", { practitioner_id: "Not defined" }],
    ["an empty list", { practitioner_id: [] }],
    ["a claim with a separator of searches", { practitioner_id: `${worker},other` }],
    ["a patient that is no id", { patient: "Patient?name=a" }],
    ["a useless narrow claim beside a broad one", { patient: "", organisation_id: "x" }],
  ])("%s: 403", async (_, claims) => {
    expect((await asProvider("/Patient", claims)).status).toBe(403);
  });
});

describe("SMART scopes narrow what the role allows", () => {
  const status = async (scope: string, path: string) => {
    const token = await stack.mint.mint("administrator", { scope });
    return (await rawRequest(`${stack.fhirUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } }))
      .status;
  };
  const id = String(own[0]?.id);

  it.each([
    ["openid profile", "/Patient", 200],
    ["user/Observation.rs", "/Observation", 200],
    ["user/Observation.rs", "/Patient", 403],
    ["user/Observation.r", "/Observation", 403],
    ["user/Observation.r", `/Observation/${id}`, 200],
    ["user/Observation.s", `/Observation/${id}`, 403],
    ["user/Observation.read", "/Observation", 200],
    ["user/*.cruds", "/Patient", 200],
    ["system/*.rs", "/Patient", 200],
    ["user/Observation.write", "/Observation", 403],
    ["user/Observation.c", "/Observation", 403],
    ["patient/*.read", "/Observation", 403],
    ["user/Observation.frobnicate", "/Observation", 403],
    ["user/Observation.rs?status=cancelled", `/Observation/${id}`, 403],
    ["user/Observation.rs?status=final user/Observation.rs?status=amended", "/Observation", 403],
  ])("%s: GET %s is %i", async (scope, path, expected) => {
    expect(await status(scope, path)).toBe(expected);
  });

  it("and a constraint of version 2 is put beside every search", async () => {
    const token = await stack.mint.mint("administrator", {
      scope: "user/Observation.rs?code=http://loinc.org|62596-2",
    });
    const response = await rawRequest(`${stack.fhirUrl}/Observation?_count=1000`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const { entry = [] } = response.json() as { entry?: { resource: unknown }[] };
    expect(entry.length).toBeGreaterThan(0);
    for (const { resource } of entry) expect(JSON.stringify(resource)).toContain("62596-2");
  });

  it("and an analyst's constraint has to be one that the rules admit", async () => {
    const token = await stack.mint.mint("analyst", { scope: "user/Patient.rs?name=Lakshmi" });
    const response = await rawRequest(`${stack.fhirUrl}/Patient`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(403);
  });
});
