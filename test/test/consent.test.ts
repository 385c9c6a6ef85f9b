import { type DemoRole, generatePopulation } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawResponse, rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { withheldByConsent } from "../src/withheld-by-consent.ts";

const PATIENTS = 200;
const population = [...generatePopulation({ patients: PATIENTS })];
const TYPES = ["Patient", "Observation", "QuestionnaireResponse", "Encounter", "Condition", "Task"];

async function everything(stack: TestStack, client: DemoRole, type: string) {
  const resources: Record<string, unknown>[] = [];
  // One user: a page link serves nobody else.
  const headers = { Authorization: `Bearer ${await stack.mint.mint(client)}` };
  let path: string | undefined = `/${type}?_count=1000`;
  while (path !== undefined) {
    const response: RawResponse = await rawRequest(stack.fhirUrl + path, { headers });
    expect(response.status).toBe(200);
    const bundle = response.json() as {
      entry?: { resource: Record<string, unknown> }[];
      link: { relation: string; url: string }[];
    };
    resources.push(...(bundle.entry ?? []).map(({ resource }) => resource));
    path = bundle.link.find(({ relation }) => relation === "next")?.url.replace(stack.fhirUrl, "");
  }
  return resources;
}

describe.each(["opt-out", "opt-in"] as const)("%s", (mode) => {
  let stack: TestStack;
  const withheld = withheldByConsent(population, mode);

  beforeAll(async () => {
    stack = await startTestStack({ patients: PATIENTS, settings: { CONSENT_MODE: mode } });
  });
  afterAll(() => stack.close());

  it("releases all of who may be released, and nothing of who may not", async () => {
    expect(withheld.size).toBeGreaterThan(mode === "opt-in" ? 150 : 5);
    const patients = await everything(stack, "analyst", "Patient");
    expect(patients).toHaveLength(PATIENTS - withheld.size);
    const released = new Set(patients.map(({ id }) => `Patient/${id}`));
    for (const type of TYPES) {
      const text = JSON.stringify(await everything(stack, "analyst", type));
      for (const [reference] of text.matchAll(/Patient\/[A-Za-z0-9.-]+/g))
        expect(released).toContain(reference);
    }
  });

  it("counts nobody who is withheld", async () => {
    const few = await stack.ask("analyst", "/Patient?_count=1000");
    expect(few.json()).toMatchObject({ total: PATIENTS - withheld.size });
    const page = await stack.ask("analyst", "/Patient?_count=5");
    expect(page.json().total).toBeUndefined();
    const number = await stack.ask("analyst", "/Observation?_count=0");
    expect(number.json().total).toBe((await everything(stack, "analyst", "Observation")).length);
  });

  it("shows everybody to administrators", async () => {
    expect(await everything(stack, "administrator", "Patient")).toHaveLength(PATIENTS);
  });
});

describe("a read", () => {
  let stack: TestStack;
  const [denied = ""] = withheldByConsent(population, "opt-out");
  let pseudonyms: Record<string, unknown>[];

  beforeAll(async () => {
    stack = await startTestStack({ patients: PATIENTS, settings: { CONSENT_MODE: "opt-out" } });
    pseudonyms = await everything(stack, "analyst", "Patient");
  });
  afterAll(() => stack.close());

  it("answers a patient who withdraws later like one who does not exist, word for word", async () => {
    const [{ id } = {}] = pseudonyms;
    expect((await stack.ask("analyst", `/Patient/${id}`)).status).toBe(200);
    const foreign = String(id).replace(/.$/, (last) => (last === "A" ? "E" : "A"));
    const unknown = await stack.ask("analyst", `/Patient/${foreign}`);
    expect(unknown.status).toBe(404);
    // The administrator's id is no pseudonym: nothing opens it, and nothing says why.
    const raw = await stack.ask("analyst", `/Patient/${denied}`);
    const plain = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "");
    expect(plain(raw.body)).toBe(plain(unknown.body));
    expect(Object.keys(raw.headers).sort()).toEqual(Object.keys(unknown.headers).sort());
  });
});

describe("where consent cannot be asked", () => {
  it.each([
    ["answers with a fault", 500],
    ["refuses", 403],
  ])("the server %s: nothing is released", async (_, status) => {
    const stack = await startTestStack({ patients: 10, settings: { CONSENT_MODE: "opt-out" } });
    try {
      if (stack.upstream === undefined) throw new Error("this test needs the embedded server");
      stack.upstream.fault = { kind: "answer", matching: /Consent/, status, body: "{}" };
      const response = await stack.ask("analyst", "/Patient");
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(response.json().resourceType).toBe("OperationOutcome");
      expect((await stack.ask("analyst", "/Medication")).status).toBe(200);
    } finally {
      await stack.close();
    }
  });
});
