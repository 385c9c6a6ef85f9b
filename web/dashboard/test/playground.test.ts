import {
  compilePolicy,
  identifiedPolicy,
  programmePolicy,
  SHIPPED_POLICIES,
  safeHarborPolicy,
} from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Difference } from "../src/playground/difference.ts";
import { readPolicyText } from "../src/playground/policy-text.ts";
import { readResources } from "../src/playground/resource-text.ts";
import samples from "../src/playground/samples.generated.json" with { type: "json" };
import { fragmentOf, sharedPolicyOf } from "../src/playground/share-link.ts";
import { tryPolicy } from "../src/playground/trial.ts";

const programme = compilePolicy(programmePolicy);

function differences(resource: AnyResource, plan = programme): readonly Difference[] {
  return tryPolicy(plan, [resource]).resources[0]?.differences ?? [];
}

function at(resource: AnyResource, path: string, plan = programme): Difference | undefined {
  return differences(resource, plan).find((difference) => difference.path === path);
}

const PATIENT: AnyResource = {
  resourceType: "Patient",
  id: "7f3f4b52-9d0e-4c1a-9a53-2f4d9a1f7f10",
  name: [{ family: "Gowda", given: ["Asha", "Rani"] }],
  telecom: [{ system: "phone", value: "+919999999999" }],
  gender: "female",
  birthDate: "1984-03-12",
  address: [{ line: ["12, 3rd Main"], district: "Bengaluru Urban", state: "Karnataka", country: "India" }],
  nickname: "Ashu",
};

describe("difference", () => {
  it("names for each field what became of it, and by which rule", () => {
    expect(at(PATIENT, "gender")).toMatchObject({
      effect: "kept",
      rule: { method: "keep", at: "Patient.gender" },
    });
    expect(at(PATIENT, "telecom")).toMatchObject({ effect: "removed", after: undefined });
    expect(at(PATIENT, "birthDate")).toMatchObject({
      effect: "changed",
      before: "1984-03-12",
      after: "1980-01-01",
      rule: { method: "ageBand", source: "export guide: ages are generalised" },
    });
    expect(at(PATIENT, "address[0].line")).toMatchObject({ effect: "removed", rule: { method: "region" } });
    expect(at(PATIENT, "address[0].district")).toMatchObject({ effect: "kept", after: "Bengaluru Urban" });
    expect(at(PATIENT, "name")).toMatchObject({ effect: "changed", rule: { method: "pseudonym" } });
    expect(at(PATIENT, "nickname")).toMatchObject({ effect: "removed", rule: { method: "unnamed" } });
    expect(at(PATIENT, "meta")).toMatchObject({ effect: "added", rule: { method: "securityLabels" } });
    expect(at(PATIENT, "extension")).toMatchObject({ effect: "added", rule: { method: "ageBand" } });
  });

  it("tells extensions that a rule added apart from those that were there", () => {
    const extended = { ...PATIENT, extension: [{ url: "http://example.org/caste", valueString: "x" }] };
    const rows = differences(extended).filter(({ path }) => path.startsWith("extension"));
    expect(rows).toMatchObject([
      { effect: "removed", rule: { method: "unnamed" } },
      { effect: "added", rule: { method: "ageBand" } },
    ]);
  });

  it("tells which item of a list has left", () => {
    const observation: AnyResource = {
      resourceType: "Observation",
      id: "9d1b8d7e-57b8-4a05-8f7f-0c5f1f3cdb01",
      status: "final",
      code: {
        coding: [
          { system: "http://example.org/local", code: "secret-1" },
          { system: "http://loinc.org", code: "62596-2", display: "as typed" },
          { system: "http://example.org/local", code: "secret-2" },
        ],
      },
    };
    expect(at(observation, "code.coding[0]")).toMatchObject({ effect: "removed" });
    expect(at(observation, "code.coding[1].code")).toMatchObject({ effect: "kept", after: "62596-2" });
    expect(at(observation, "code.coding[1].display")).toMatchObject({
      effect: "changed",
      after: "Oral lesion",
    });
    expect(at(observation, "code.coding[2]")).toMatchObject({ effect: "removed" });
  });

  it("tells the rule of an answer by its linkId, and that a district needs its state", () => {
    const response: AnyResource = {
      resourceType: "QuestionnaireResponse",
      id: "b1946ac9-2492-4d23-8a4f-5f6f6a1a0d11",
      questionnaire: "Questionnaire/OralCancerPatientRegistration",
      status: "completed",
      item: [
        {
          linkId: "basic-info-group",
          item: [
            { linkId: "patient-name-given", answer: [{ valueString: "Asha" }] },
            { linkId: "patient-address-state", answer: [{ valueString: "Karnataka" }] },
            { linkId: "patient-address-district", answer: [{ valueString: "Bengaluru Urban" }] },
          ],
        },
      ],
    };
    const group = "item[0].item";
    expect(at(response, `${group}[0].answer[0].valueString`)).toMatchObject({
      effect: "removed",
      rule: { method: "unnamed" },
    });
    expect(at(response, `${group}[2].answer[0].valueString`)).toMatchObject({
      effect: "kept",
      rule: { method: "district", at: "patient-address-district" },
    });
  });

  it("says why a resource is withheld as a whole", () => {
    const [tried] = tryPolicy(programme, [{ resourceType: "Practitioner", id: "p-1" }]).resources;
    expect(tried).toMatchObject({ output: undefined, withheld: "resource-type", differences: [] });
  });

  it.each(SHIPPED_POLICIES.map((policy) => [policy.name, compilePolicy(policy)] as const))(
    "of the synthetic person loses nothing: what left by %s stands in its rows",
    (_, plan) => {
      for (const { output, differences: rows } of tryPolicy(plan, samples).resources) {
        const leaves = rows.map(({ after }) => after).filter((after) => after !== undefined);
        const told = new Set(leaves.flatMap(textsIn));
        for (const text of textsIn({ ...output, resourceType: undefined })) expect(told).toContain(text);
      }
    },
  );

  it("of identified data keeps what was there", () => {
    const rows = differences(PATIENT, compilePolicy(identifiedPolicy));
    expect(new Set(rows.map(({ effect }) => effect))).toEqual(new Set(["kept"]));
  });
});

/** All texts of a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe("policy editor", () => {
  const text = (policy: object) => JSON.stringify(policy, null, 2);

  it("accepts every policy that is shipped", () => {
    for (const policy of SHIPPED_POLICIES) expect(readPolicyText(text(policy)).kind).toBe("good");
  });

  it("names the line of what is no JSON", () => {
    const read = readPolicyText('{\n  "name": "x",\n  oops\n}');
    expect(read).toMatchObject({ kind: "bad", problems: [{ place: "line 3" }] });
  });

  it("names the place of what the schema does not have", () => {
    const { everyResource, ...rest } = safeHarborPolicy;
    const read = readPolicyText(
      text({ ...rest, everyResource: { ...everyResource, id: { method: "maybe" } } }),
    );
    expect(read).toMatchObject({ kind: "bad" });
    if (read.kind === "bad") expect(read.problems[0]?.place).toMatch(/^everyResource\.id/);
  });

  it("names the place of what makes no sense in R4", () => {
    const resources = { ...programmePolicy.resources, Patient: { elements: { birthPlace: "keep" } } };
    const read = readPolicyText(text({ ...programmePolicy, resources }));
    expect(read).toMatchObject({ kind: "bad", problems: [{ place: expect.stringContaining("birthPlace") }] });
  });

  it("lets a changed policy take effect", () => {
    const resources = {
      ...programmePolicy.resources,
      Patient: { elements: { ...patientElements(), gender: "drop" as const } },
    };
    const read = readPolicyText(text({ ...programmePolicy, name: "stricter", resources }));
    if (read.kind === "bad") throw new Error(read.problems[0]?.text);
    expect(at(PATIENT, "gender", read.plan)).toMatchObject({ effect: "removed", rule: { method: "drop" } });
  });
});

function patientElements() {
  const { Patient } = programmePolicy.resources;
  return Patient !== undefined && "elements" in Patient ? Patient.elements : {};
}

describe("what is pasted", () => {
  it("may be a resource, a list, a Bundle or NDJSON", () => {
    const bundle = { resourceType: "Bundle", entry: [{ resource: PATIENT }, { resource: PATIENT }] };
    expect(readResources(JSON.stringify(PATIENT))).toEqual({ kind: "good", resources: [PATIENT] });
    expect(readResources(JSON.stringify(bundle))).toMatchObject({ resources: [PATIENT, PATIENT] });
    expect(readResources(`${JSON.stringify(PATIENT)}\n${JSON.stringify(PATIENT)}\n`)).toMatchObject({
      resources: [PATIENT, PATIENT],
    });
    expect(readResources("{")).toEqual({ kind: "bad", problem: "no-json" });
    expect(readResources("[1, {}]")).toEqual({ kind: "bad", problem: "no-resource" });
  });
});

describe("a share link", () => {
  it("holds the policy and gives it back", async () => {
    const text = JSON.stringify(programmePolicy, null, 2);
    const fragment = await fragmentOf({ kind: "own", text });
    expect(fragment).toMatch(/^own=[A-Za-z0-9_-]+$/);
    expect(await sharedPolicyOf(fragment)).toEqual({ kind: "own", text });
    expect(await sharedPolicyOf(await fragmentOf({ kind: "shipped", name: "shifted" }))).toEqual({
      kind: "shipped",
      name: "shifted",
    });
  });

  it("that was cut off gives no policy", async () => {
    const fragment = await fragmentOf({ kind: "own", text: JSON.stringify(programmePolicy) });
    expect(await sharedPolicyOf(fragment.slice(0, 200))).toBeUndefined();
    expect(await sharedPolicyOf("")).toBeUndefined();
  });
});

describe("what is pasted stays in the tab", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("asks nothing of anybody, from paste to report and link", async () => {
    const asked = vi.fn(() => {
      throw new Error("a request left the playground");
    });
    for (const way of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource"]) vi.stubGlobal(way, asked);
    vi.stubGlobal("navigator", { sendBeacon: asked });
    const read = readPolicyText(JSON.stringify(programmePolicy));
    const pasted = readResources(JSON.stringify(samples));
    if (read.kind === "bad" || pasted.kind === "bad") throw new Error("the samples cannot be read");
    const { report } = tryPolicy(read.plan, pasted.resources);
    const fragment = await fragmentOf({ kind: "own", text: JSON.stringify(read.plan.policy) });
    await sharedPolicyOf(fragment);
    expect(report.released).toBe(samples.length);
    expect(asked).not.toHaveBeenCalled();
  });
});
