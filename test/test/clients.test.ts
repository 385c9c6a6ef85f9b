import { CapabilityTool, Client } from "fhir-kit-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonFolder, runPython } from "../src/python.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 60 });
});
afterAll(() => stack.close());

async function clientOf(role: "analyst" | "administrator" = "analyst"): Promise<Client> {
  return new Client({ baseUrl: stack.fhirUrl, bearerToken: await stack.mint.mint(role) });
}

interface Found extends Record<string, unknown> {
  readonly resourceType: string;
  readonly link: { readonly relation: string; readonly url: string }[];
  readonly total?: number;
  readonly entry: readonly { readonly resource: { readonly id: string; readonly gender: string } }[];
}

/** Status, error code and the header, as the client's error has them. */
async function refusalOf(asked: Promise<unknown>): Promise<readonly [number, string]> {
  try {
    await asked;
  } catch (error) {
    const { status, data } = Object(Object(error).response);
    const { resourceType, issue } = Object(data);
    expect(resourceType).toBe("OperationOutcome");
    return [status, issue[0].details.coding[0].code];
  }
  throw new Error("it was answered");
}

describe("fhir-kit-client", () => {
  it("reads what may be asked, and where tokens come from", async () => {
    const client = await clientOf();
    const statement = await client.capabilityStatement();
    const tool = new CapabilityTool(statement);
    const supports = (
      resourceType: string,
      capabilityType: string,
      where?: { code: string } | { name: string },
    ) => tool.supportFor({ resourceType, capabilityType, ...(where === undefined ? {} : { where }) });
    expect(supports("Patient", "searchParam", { name: "gender" })).toBe(true);
    expect(supports("Patient", "searchParam", { name: "family" })).toBe(false);
    expect(supports("Patient", "interaction", { code: "read" })).toBe(true);
    expect(supports("Patient", "interaction", { code: "create" })).toBe(false);
    const { tokenUrl, authorizeUrl } = await client.smartAuthMetadata();
    expect(tokenUrl?.pathname).toMatch(/\/token$/);
    expect(authorizeUrl?.pathname).toMatch(/\/auth$/);
  });

  it.each([false, true])("searches and pages (by POST: %s), each resource once", async (postSearch) => {
    const client = await clientOf();
    const query = { gender: "female", _count: 7 };
    const options = { postSearch };
    let page = (await client.search({ resourceType: "Patient", searchParams: query, options })) as Found;
    const ids: string[] = [];
    for (;;) {
      for (const { resource } of page.entry) {
        expect(resource.gender).toBe("female");
        ids.push(resource.id);
      }
      const next = (await client.nextPage({ bundle: page })) as Found | undefined;
      if (next === undefined) break;
      page = next;
    }
    expect(ids.length).toBeGreaterThan(7);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("reads, resolves references, and calls operations", async () => {
    const client = await clientOf();
    const { entry } = (await client.search({
      resourceType: "Observation",
      searchParams: { _count: 1 },
    })) as unknown as { entry: { resource: { subject: { reference: string } } }[] };
    const reference = entry[0]?.resource.subject.reference ?? "";
    expect(await client.resolve({ reference })).toMatchObject({ resourceType: "Patient" });
    const id = reference.replace("Patient/", "");
    expect(await client.read({ resourceType: "Patient", id })).toMatchObject({ id });
    const limits = await client.operation({ name: "limits", method: "GET" });
    expect(limits).toMatchObject({ resourceType: "Parameters", parameter: [{ name: "limit" }, {}, {}] });
  });

  it("is told by OperationOutcomes what it may not", async () => {
    const client = await clientOf();
    const search = (resourceType: string, searchParams: Record<string, string>) =>
      refusalOf(client.search({ resourceType, searchParams }));
    expect(await search("Practitioner", {})).toEqual([403, "resource-type-hidden"]);
    expect(await search("Patient", { family: "x" })).toEqual([403, "parameter-hidden"]);
    expect(await search("Patient", { frobnicate: "x" })).toEqual([400, "parameter-unknown"]);
    expect(await refusalOf(client.read({ resourceType: "Patient", id: "x" }))).toEqual([
      404,
      "resource-not-found",
    ]);
    expect(
      await refusalOf(client.create({ resourceType: "Patient", body: { resourceType: "Patient" } })),
    ).toEqual([405, "method-not-allowed"]);
    const nobody = new Client({ baseUrl: stack.fhirUrl, bearerToken: "x" });
    expect(await refusalOf(nobody.search({ resourceType: "Patient" }))).toEqual([401, "token-invalid"]);
  });

  it("is told when it asks too much", async () => {
    const client = await clientOf();
    const search = () => client.search({ resourceType: "Patient", searchParams: { _count: 1 } });
    for (let asked = 0; asked < 100; asked += 1) await search();
    expect(await refusalOf(search())).toEqual([429, "rate-limited"]);
  });
});

it("the SMART project's fhirclient (Python) searches, pages, reads, and gets its refusals", async () => {
  // May take minutes the first time: the token is good for five.
  pythonFolder();
  const token = await stack.mint.mint("analyst");
  const seen = JSON.parse(
    await runPython("test/clients/fhirclient_walk.py", { FHIR_URL: stack.fhirUrl, ACCESS_TOKEN: token }),
  );
  expect(seen).toEqual({
    token_endpoint: expect.stringMatching(/\/token$/),
    pages: Math.ceil(seen.women / 7),
    women: expect.any(Number),
    genders: ["female"],
    names: [["anonymous", null, null]],
    read: true,
    "own observations": true,
    "401": "401 token-invalid",
    "403": "403 resource-type-hidden",
    "404": "404 resource-not-found",
    "429": "429 rate-limited",
    retry: expect.any(Number),
  });
  expect(seen.women).toBeGreaterThan(7);
}, 600_000);
