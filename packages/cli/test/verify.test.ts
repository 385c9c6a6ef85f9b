import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createLeakFinder, generatePopulation } from "@aarohan/devkit";
import { describe, expect, it } from "vitest";
import { identifierOfNumber, identifiersIn } from "../src/verify/identifier-patterns.ts";
import { hasVerhoeffCheckDigit } from "../src/verify/verhoeff.ts";
import { file, run } from "./run.ts";

const ndjson = (...resources: readonly object[]) =>
  resources.map((one) => `${JSON.stringify(one)}\n`).join("");

describe("Verhoeff's check digit", () => {
  // 236 has the check digit 3, as in Verhoeff's own example.
  it.each(["2363", "758722", "123451", "1428570", "499118665246"])("%s has it", (digits) => {
    expect(hasVerhoeffCheckDigit(digits)).toBe(true);
  });

  it("finds every wrong digit, and every exchange of two neighbours", () => {
    const right = "499118665246";
    for (let at = 0; at < right.length; at += 1) {
      for (let digit = 0; digit <= 9; digit += 1) {
        const wrong = `${right.slice(0, at)}${digit}${right.slice(at + 1)}`;
        if (wrong !== right) expect(hasVerhoeffCheckDigit(wrong)).toBe(false);
      }
      const [a = "", b = ""] = [right[at], right[at + 1]];
      const exchanged = `${right.slice(0, at)}${b}${a}${right.slice(at + 2)}`;
      if (b !== "" && a !== b) expect(hasVerhoeffCheckDigit(exchanged)).toBe(false);
    }
  });
});

describe("patterns", () => {
  it.each([
    ["call 9876543210", "telephone number"],
    ["+91 98765 43210", "telephone number"],
    ["+91-98765-43210", "telephone number"],
    ["09876543210", "telephone number"],
    ["फोन ९८७६५४३२१०", "telephone number"],
    ["ದೂರವಾಣಿ ೯೮೭೬೫೪೩೨೧೦", "telephone number"],
    ["4991 1866 5246", "Aadhaar number"],
    ["499118665246", "Aadhaar number"],
    ["91-1234-5678-9012", "ABHA number"],
    ["lakshmi.devi@abdm", "ABHA address"],
    ["ABCPK1234F", "PAN"],
    ["XYZ1234567", "voter id"],
    ["mail lakshmi@example.co.in now", "e-mail address"],
    ["12.971599, 77.594566", "coordinates"],
    ["PIN 560034", "PIN code"],
    ["pin code: 560 034", "PIN code"],
  ] as const)("%s: %s", (text, kind) => {
    expect([...identifiersIn(text)]).toContain(kind);
  });

  it.each([
    "2025-03-31T20:15:00+05:30",
    "20250331201500",
    "4991 1866 5247",
    "1.2.840.113619.2.3",
    "1234567890",
    "0d87c467-5274-4fec-8b6e-665b8f10c8d0",
    "Suspicious|70",
    "46.4, 7.9",
    "LP232821-1",
    "ABCDE1234",
    "#12345",
    "",
  ])("%s: none", (text) => {
    expect([...identifiersIn(text)]).toEqual([]);
  });

  it("look at numbers that are numbers", () => {
    expect(identifierOfNumber(9876543210)).toBe("telephone number");
    expect(identifierOfNumber(499118665246)).toBe("Aadhaar number");
    expect(identifierOfNumber(91123456789012)).toBe("ABHA number");
    for (const value of [0, -1, 1.5, 560034, 1234567890, 499118665247, 1e300, Number.NaN]) {
      expect(identifierOfNumber(value)).toBeUndefined();
    }
  });

  it.each(["9".repeat(5_000_000), "a@".repeat(1_000_000), "1.1234 ".repeat(500_000), "A".repeat(5_000_000)])(
    "take time in proportion to a long text",
    (text) => {
      expect(identifiersIn(text).size).toBeLessThan(10);
    },
  );
});

async function verified(resources: readonly object[], args: readonly string[] = []) {
  const outcome = await run(["verify", "--json", ...args], { stdin: ndjson(...resources) });
  return { status: outcome.status, report: JSON.parse(outcome.stdout.toString()) };
}

const shown = { resourceType: "Patient", id: "1", gender: "female", birthDate: "1980-01-01" };

describe("fields that identify", () => {
  it.each([
    [{ ...shown, name: [{ family: "Kulkarni" }] }, "name", "Patient.name.family"],
    [
      { ...shown, name: [{ _family: { extension: [{ url: "x", valueString: "K" }] } }] },
      "name",
      "Patient.name._family",
    ],
    [{ ...shown, telecom: [{ value: "x" }] }, "telephone or e-mail", "Patient.telecom.value"],
    [{ ...shown, address: [{ line: ["12/4"] }] }, "address", "Patient.address.line"],
    [{ ...shown, address: [{ postalCode: "560034" }] }, "PIN code", "Patient.address.postalCode"],
    [{ ...shown, birthDate: "1980-03-12" }, "full date of birth", "Patient.birthDate"],
    [{ ...shown, identifier: [{ value: "12" }] }, "identifier", "Patient.identifier.value"],
    [{ ...shown, photo: [{ data: "AAAA" }] }, "attachment", "Patient.photo.data"],
    [{ ...shown, text: { status: "generated", div: "<div/>" } }, "narrative", "Patient.text.div"],
    [
      { ...shown, generalPractitioner: [{ reference: "Practitioner/1" }] },
      "reference to staff or relatives",
      "Patient.generalPractitioner",
    ],
    [{ ...shown, maritalStatus: { text: "widow" } }, "free text of a concept", "Patient.maritalStatus.text"],
    [{ ...shown, nickname: "9876543210" }, "telephone number", "Patient.?"],
    [{ resourceType: "Practitioner", id: "1" }, "resource about a person", "Practitioner"],
    [
      { resourceType: "Observation", id: "1", status: "final", code: {}, valueString: "seen at home" },
      "free text",
      "Observation.valueString",
    ],
    [
      {
        resourceType: "Observation",
        id: "1",
        status: "final",
        code: {},
        contained: [{ resourceType: "Location", id: "g", position: { latitude: 12.9, longitude: 77.5 } }],
      },
      "coordinates",
      "Location.position.latitude",
    ],
    [
      {
        resourceType: "QuestionnaireResponse",
        status: "completed",
        item: [{ linkId: "patient-address-pincode", answer: [{ valueInteger: 560034 }] }],
      },
      "PIN code",
      "QuestionnaireResponse.item.answer.valueInteger",
    ],
  ])("%j", async (resource, kind, path) => {
    const { status, report } = await verified([resource], ["--k", "1"]);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ kind, path, severity: "identifies", first: "-:1" }),
    );
    expect(status).toBe(1);
    expect(JSON.stringify(report)).not.toMatch(/Kulkarni|560034|9876543210|seen at home|widow/);
  });

  it("are not there in what we release", async () => {
    const input = ndjson(...generatePopulation({ patients: 40 }));
    for (const policy of ["programme", "safe-harbor", "shifted"]) {
      const anonymised = await run(["anonymize", "--policy", policy], { stdin: input });
      const outcome = await run(["verify", "--json", "--k", "1"], { stdin: anonymised.stdout });
      const report = JSON.parse(outcome.stdout.toString());
      expect(
        report.findings.filter(({ severity }: { severity: string }) => severity === "identifies"),
      ).toEqual([]);
      expect(report.validity.issues).toEqual([]);
      expect(outcome.status).toBe(0);
    }
  });

  it("are found in the population as it is, of every kind, without showing one", async () => {
    const population = [...generatePopulation({ patients: 120 })];
    const page = file("report.html", "");
    const outcome = await run(["verify", "--html", page], { stdin: ndjson(...population) });
    const text = outcome.stdout.toString();
    for (const kind of [
      "telephone number",
      "Aadhaar number",
      "ABHA number",
      "name",
      "narrative|note",
      "coordinates",
      "PIN code",
      "attachment",
      "full date of birth",
      "reference to staff",
    ]) {
      expect(text).toMatch(new RegExp(kind));
    }
    const finder = createLeakFinder(population);
    const html = readFileSync(page, "utf8");
    for (const shownText of [text, html]) expect(finder.leaksIn(shownText)).toEqual([]);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|https?:\/\//);
  });
});

describe("structure", () => {
  it("counts what is missing, and bad lines", async () => {
    const outcome = await run(["verify", "--json"], {
      stdin: `${ndjson({ resourceType: "Observation", id: "1" })}Lakshmi\n`,
    });
    const report = JSON.parse(outcome.stdout.toString());
    expect(report.validity).toMatchObject({ invalidResources: 1, missingRequired: 2 });
    expect(report.badLines).toBe(1);
    expect(outcome.status).toBe(1);
  });
});

describe("classes", () => {
  const patients = (count: number, change: object) =>
    Array.from({ length: count }, (_, index) => ({
      ...shown,
      id: `${JSON.stringify(change).length}-${index}`,
      ...change,
    }));

  it("are of patients who look alike in all that is shown, the month of screening too", async () => {
    const group = patients(12, {});
    const { report } = await verified([...group, ...patients(3, { gender: "male" })]);
    expect(report.classes).toMatchObject({
      patients: 15,
      classes: 2,
      smallest: 3,
      classesBelow: 1,
      patientsBelow: 3,
      sizes: { 3: 1, 12: 1 },
    });
    const [first] = group;
    const visit = {
      resourceType: "Observation",
      status: "final",
      code: {},
      subject: { reference: `Patient/${first?.id}` },
      effectiveDateTime: "2025-03",
    };
    expect((await verified([...group, visit])).report.classes).toMatchObject({ classes: 2, smallest: 1 });
  });

  it("give a clean verdict only from k on", async () => {
    expect((await verified(patients(12, {}))).status).toBe(0);
    expect((await verified(patients(12, {}), ["--k", "13"])).status).toBe(1);
  });
});

describe("linkage", () => {
  it("counts the candidates of known people", async () => {
    const known = file(
      "known.csv",
      'name,birth_date,gender,district,screening_date\r\n"Devi, Lakshmi",1984-03-12,female,,\nRavi,1991-01-01,male,,\nNobody,1950-05-05,female,,\n',
    );
    const resources = [
      { ...shown, id: "1" },
      { ...shown, id: "2" },
      { ...shown, id: "3", gender: "male", birthDate: "1990-01-01" },
    ];
    const { report } = await verified(resources, ["--known", known]);
    expect(report.linkage).toEqual({
      known: 3,
      candidates: { none: 1, 1: 1, "2-4": 1, "5-10": 0, more: 0 },
      expectedRate: 0.5,
    });
    const text = await run(["verify", "--known", known], { stdin: ndjson(...resources) });
    expect(text.stdout.toString()).not.toMatch(/Lakshmi|Ravi|Nobody/);
  });

  it("refuses a table without a column that it knows", async () => {
    const outcome = await run(["verify", "--known", file("known.csv", "name\nLakshmi\n")], { stdin: "" });
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).not.toContain("Lakshmi");
  });
});

describe("hostile input", () => {
  it("is looked at without a crash", async () => {
    let deep: object = { linkId: "x" };
    for (let level = 0; level < 90; level += 1) deep = { linkId: "x", item: [deep] };
    const lines = [
      JSON.stringify({ resourceType: "QuestionnaireResponse", item: [deep] }),
      '{"resourceType":"Patient","__proto__":{"name":"x"},"constructor":[{"a":1}],"name":[[["x"]]],"id":["x"]}',
      '{"resourceType":"\\ud800"}',
      '{"resourceType":"Patient","birthDate":1e999}',
      `${"[".repeat(50_000)}`,
    ];
    const outcome = await run(["verify", "--json"], { stdin: `${lines.join("\n")}\n` });
    expect(outcome.status).toBe(1);
    expect(JSON.parse(outcome.stdout.toString()).badLines).toBeLessThan(3);
  });

  it("and so are HL7's examples", async () => {
    const examples = dirname(createRequire(import.meta.url).resolve("hl7.fhir.r4.examples/package.json"));
    const files = readdirSync(examples)
      .filter((name) => /^[A-Z].*\.json$/.test(name))
      .filter((_, index) => index % 20 === 0)
      .map((name) => join(examples, name));
    expect(files.length).toBeGreaterThan(200);
    const outcome = await run(["verify", "--json", ...files]);
    expect(JSON.parse(outcome.stdout.toString()).badLines).toBe(0);
  });
});
