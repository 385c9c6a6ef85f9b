import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createLeakFinder, generatePopulation } from "@aarohan/devkit";
import { describe, expect, it } from "vitest";
import { file, folder, KEY, linesOf, run } from "./run.ts";

const patient = (id: string, change: object = {}) => ({
  resourceType: "Patient",
  id,
  name: [{ family: "Kulkarni" }],
  gender: "female",
  birthDate: "1984-03-12",
  ...change,
});
const ndjson = (...resources: readonly object[]) =>
  resources.map((one) => `${JSON.stringify(one)}\n`).join("");

describe("anonymize reads", () => {
  const two = [patient("a"), patient("b")];
  it.each([
    ["NDJSON", ndjson(...two)],
    [
      "NDJSON without a last newline, with blank lines and CRLF",
      `\n${JSON.stringify(two[0])}\r\n\r\n${JSON.stringify(two[1])}`,
    ],
    ["a Bundle", JSON.stringify({ resourceType: "Bundle", entry: two.map((resource) => ({ resource })) })],
    [
      "a pretty Bundle",
      JSON.stringify({ resourceType: "Bundle", entry: two.map((resource) => ({ resource })) }, null, 2),
    ],
    ["an array", JSON.stringify(two)],
    ["a pretty array", JSON.stringify(two, null, 2)],
    ["gzip", gzipSync(ndjson(...two))],
  ])("%s", async (_, content) => {
    const fromInput = await run(["anonymize"], { stdin: content });
    const fromFile = await run(["anonymize", file("in", content)]);
    expect(fromInput.status).toBe(0);
    expect(linesOf(fromInput)).toHaveLength(2);
    expect(fromFile.stdout).toEqual(fromInput.stdout);
    expect(fromInput.stdout.toString()).not.toContain("Kulkarni");
  });

  it("one resource, on a line or over several", async () => {
    const flat = await run(["anonymize"], { stdin: JSON.stringify(patient("a")) });
    const pretty = await run(["anonymize"], { stdin: JSON.stringify(patient("a"), null, 2) });
    expect(linesOf(flat)).toHaveLength(1);
    expect(pretty.stdout).toEqual(flat.stdout);
  });

  it("a transaction whose entries have names instead of ids, and keeps their references together", async () => {
    const urn = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";
    const { id: _, ...nameless } = patient("x");
    const bundle = {
      resourceType: "Bundle",
      entry: [
        { fullUrl: urn, resource: nameless },
        {
          fullUrl: "urn:uuid:88f151c0-a954-468a-88bd-5ae15c08e059",
          resource: { resourceType: "Observation", status: "final", code: {}, subject: { reference: urn } },
        },
      ],
    };
    const [released, observation] = linesOf(await run(["anonymize"], { stdin: JSON.stringify(bundle) }));
    expect(observation?.subject).toEqual({ reference: `Patient/${released?.id}` });
  });

  it("several files, one after the other", async () => {
    const files = [file("1", ndjson(patient("a"))), file("2", ndjson(patient("b")))];
    expect(linesOf(await run(["anonymize", ...files]))).toHaveLength(2);
  });
});

describe("bad lines", () => {
  const bad = ['{"resourceType":"Patient","id":"Lakshmi', '"Lakshmi"', '{"name":"Lakshmi"}', "Lakshmi", "[1"];
  const input = `${ndjson(patient("a"))}${bad.join("\n")}\n${ndjson(patient("b"))}`;

  it("are told by number and never by content, and the rest goes on", async () => {
    const outcome = await run(["anonymize"], { stdin: input });
    expect(outcome.status).toBe(1);
    expect(linesOf(outcome)).toHaveLength(2);
    for (const number of [2, 3, 4, 5, 6]) expect(outcome.stderr).toContain(`-: line ${number}: `);
    expect(outcome.stderr).toContain("5 bad lines");
    expect(outcome.stderr).not.toMatch(/Lakshmi|Kulkarni/);
  });

  it("stop the run where it is strict", async () => {
    const outcome = await run(["anonymize", "--strict"], { stdin: input });
    expect(outcome.status).toBe(1);
    expect(linesOf(outcome)).toHaveLength(1);
  });

  it("may be the first line too", async () => {
    const outcome = await run(["anonymize"], { stdin: `{"resourceType":"Pat\n${ndjson(patient("a"))}` });
    expect(outcome.status).toBe(1);
    expect(linesOf(outcome)).toHaveLength(1);
  });
});

describe("keys", () => {
  it.each([
    ["none", {}, "there is no key"],
    ["one that is too short", { AAROHAN_KEY: "c2VjcmV0" }, "the key"],
  ])("%s: nothing is done", async (_, env, message) => {
    const outcome = await run(["anonymize"], { stdin: ndjson(patient("a")), env });
    expect(outcome.status).toBe(2);
    expect(outcome.stdout).toHaveLength(0);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toContain("c2VjcmV0");
  });

  it("give the same pseudonyms again, others to another recipient, and come from a file", async () => {
    const stdin = ndjson(patient("a"));
    const [first, again, other, fromFile] = await Promise.all([
      run(["anonymize"], { stdin }),
      run(["anonymize"], { stdin }),
      run(["anonymize", "--recipient", "institute"], { stdin }),
      run(["anonymize", "--key-file", file("key", `${KEY}\n`)], { stdin, env: {} }),
    ]);
    expect(again.stdout).toEqual(first.stdout);
    expect(fromFile.stdout).toEqual(first.stdout);
    expect(linesOf(other)[0]?.id).not.toBe(linesOf(first)[0]?.id);
  });

  it("are forgotten with the run under safe-harbor", async () => {
    const runs = await Promise.all(
      [1, 2].map(() =>
        run(["anonymize", "--policy", "safe-harbor"], { stdin: ndjson(patient("a")), env: {} }),
      ),
    );
    expect(new Set(runs.map((outcome) => linesOf(outcome)[0]?.id)).size).toBe(2);
  });
});

describe("arguments", () => {
  it.each([
    [["anonymize", "--frobnicate"], "--frobnicate"],
    [["anonymize", "--format", "xml"], "--format"],
    [["anonymize", "--policy", "none"], "none: is no file"],
    [["anonymize", "--release-year", "soon"], "--release-year"],
    [["anonymize", "/nowhere/at/all"], "cannot be read"],
    [["frobnicate"], "no such command"],
    [["policy", "explain"], "needs a policy"],
    [["policy", "frobnicate", "programme"], "explain, check, diff or print"],
    [["report"], "needs the file"],
    [["verify", "--k", "0"], "--k"],
  ])("%j: %s", async (args, message) => {
    const outcome = await run(args);
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toContain(message);
  });

  it.each([
    ["--help"],
    ["anonymize", "--help"],
    ["policy", "--help"],
    ["report", "--help"],
    ["verify", "--help"],
    ["--version"],
  ])("%s %s", async (...args) => {
    const outcome = await run(args);
    expect(outcome.status).toBe(0);
    expect(outcome.stdout.length).toBeGreaterThan(3);
  });
});

describe("what comes out", () => {
  const population = [...generatePopulation({ patients: 60 })];
  const input = ndjson(...population);

  it.each(["programme", "safe-harbor", "shifted"])(
    "holds no identity under %s, in any format",
    async (policy) => {
      const finder = createLeakFinder(population);
      const out = folder();
      const lines = await run(["anonymize", "--policy", policy], { stdin: input });
      const tables = await run(["anonymize", "--policy", policy, "--format", "csv", "--out", out], {
        stdin: input,
      });
      const files = readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"));
      expect(files.length).toBeGreaterThan(5);
      for (const text of [lines.stdout.toString(), lines.stderr, tables.stderr, ...files]) {
        expect(finder.leaksIn(text)).toEqual([]);
      }
    },
  );

  it("has the same rows as CSV and as Parquet as it has lines", async () => {
    const out = folder();
    const lines = linesOf(await run(["anonymize"], { stdin: input }));
    await run(["anonymize", "--format", "csv", "--out", out], { stdin: input });
    await run(["anonymize", "--format", "parquet", "--out", out], { stdin: input });
    const rows = readFileSync(join(out, "Observation.csv"), "utf8").trim().split("\r\n").slice(1);
    const observations = lines.filter(({ resourceType }) => resourceType === "Observation");
    expect(rows.map((row) => row.split(",")[0])).toEqual(observations.map(({ id }) => id));
    expect(readFileSync(join(out, "Observation.parquet")).subarray(0, 4).toString()).toBe("PAR1");
  });

  it("is one table on standard output, if one type is asked for", async () => {
    const one = await run(["anonymize", "--format", "csv", "--type", "Patient"], { stdin: input });
    expect(one.stdout.toString().trim().split("\r\n")).toHaveLength(61);
    const many = await run(["anonymize", "--format", "csv"], { stdin: input });
    expect(many.status).toBe(2);
    expect(many.stdout).toHaveLength(0);
  });

  it("is told in a report that counts every resource and names no value", async () => {
    const report = file("report.json", "");
    const outcome = await run(["anonymize", "--report", report], { stdin: input });
    const { released, withheld } = JSON.parse(readFileSync(report, "utf8"));
    expect(released + withheld["resource-type"]).toBe(population.length);
    expect(linesOf(outcome)).toHaveLength(released);
    const text = await run(["report", report]);
    expect(text.stdout.toString()).toContain("Patient.telecom");
    const markdown = await run(["report", report, "--format", "markdown"]);
    expect(markdown.stdout.toString()).toContain("| Patient.telecom | unnamed | 0 | 0 |");
  });

  it("uses the choices of Questionnaires that are given", async () => {
    const form = {
      resourceType: "Questionnaire",
      id: "OralCancerPatientRegistration",
      item: [
        { linkId: "patient-habit-tobacco", text: "Tobacco?", answerOption: [{ valueString: "sometimes" }] },
      ],
    };
    const response = {
      resourceType: "QuestionnaireResponse",
      id: "1",
      status: "completed",
      questionnaire: "Questionnaire/OralCancerPatientRegistration",
      item: [{ linkId: "patient-habit-tobacco", answer: [{ valueString: "sometimes" }] }],
    };
    const without = await run(["anonymize"], { stdin: ndjson(response) });
    expect(without.stdout.toString()).not.toContain("sometimes");
    const questionnaire = file("form.json", JSON.stringify(form, null, 2));
    const given = await run(["anonymize", "--questionnaire", questionnaire], { stdin: ndjson(response) });
    expect(given.stdout.toString()).toContain('"text":"Tobacco?"');
    expect(given.stdout.toString()).toContain('"valueString":"sometimes"');
  });

  it("shows progress on a terminal, and none elsewhere", async () => {
    expect((await run(["anonymize"], { stdin: input, isTerminal: true })).stderr).toContain("\r");
    expect((await run(["anonymize"], { stdin: input })).stderr).not.toContain("\r");
  });
});

describe("as a process", () => {
  const main = new URL("../src/main.ts", import.meta.url).pathname;

  it("streams 60 MB in bounded memory", { timeout: 60_000 }, async () => {
    const line = Buffer.from(ndjson(patient("a", { text: { div: "x".repeat(20_000) } })));
    const child = spawn(process.execPath, ["--max-old-space-size=60", main, "anonymize"], {
      env: { ...process.env, AAROHAN_KEY: KEY },
      stdio: ["pipe", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (data) => {
      errors += data;
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    let peak = 0;
    for (let written = 0; written < 60e6; written += line.length) {
      if (!child.stdin.write(line)) await new Promise((resolve) => child.stdin.once("drain", resolve));
      const [, kilobytes = "0"] =
        /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
      peak = Math.max(peak, Number(kilobytes) / 1024);
    }
    child.stdin.end();
    expect(await ended).toBe(0);
    expect(errors).toContain("released");
    expect(peak).toBeGreaterThan(20);
    expect(peak).toBeLessThan(250);
  });

  it("ends quietly when its reader goes", async () => {
    const child = spawn("sh", ["-c", `"${process.execPath}" "${main}" anonymize | head -c 10 > /dev/null`], {
      env: { ...process.env, AAROHAN_KEY: KEY },
      stdio: ["pipe", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (data) => {
      errors += data;
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(ndjson(...Array.from({ length: 5000 }, (_, index) => patient(`p${index}`))));
    await new Promise((resolve) => child.on("close", resolve));
    expect(errors).not.toMatch(/EPIPE|at .*\.ts/);
  });
});

describe("policy", () => {
  it("explains every element as Markdown and JSON", async () => {
    const { stdout } = await run(["policy", "explain", "programme"]);
    expect(stdout.toString()).toContain("| name | HumanName | transformed | pseudonym");
    const table = JSON.parse(
      (await run(["policy", "explain", "programme", "--format", "json"])).stdout.toString(),
    );
    expect(table.resources.length + table.withheld.length).toBe(146);
  });

  it("prints a document that checks, and names the place of a mistake", async () => {
    const { stdout } = await run(["policy", "print", "programme"]);
    const policy = JSON.parse(stdout.toString());
    expect((await run(["policy", "check", file("p.json", stdout)])).status).toBe(0);
    policy.resources.Patient.elements.nickname = "keep";
    const outcome = await run(["policy", "check", file("p.json", JSON.stringify(policy))]);
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toContain("Patient.nickname is no element of FHIR R4");
    policy.resources.Patient.elements = { gender: { method: "kep" } };
    const form = await run(["policy", "check", file("p.json", JSON.stringify(policy))]);
    expect(form.stderr).toContain("resources.Patient.elements.gender");
  });

  it("compares two", async () => {
    const same = await run(["policy", "diff", "programme", "programme"]);
    expect(same.status).toBe(0);
    const other = await run(["policy", "diff", "programme", "safe-harbor", "--format", "json"]);
    expect(other.status).toBe(1);
    expect(JSON.parse(other.stdout.toString())).toContainEqual({
      path: "Patient.name",
      before: "transformed, pseudonym: short pseudonym AA-…",
      after: "dropped",
    });
  });
});
