import { generatePopulation } from "@aarohan/devkit";
import { describe, expect, it } from "vitest";
import { assertFit, fuzz } from "../fuzz/fuzz.ts";
import { IDENTIFYING, SENT } from "../fuzz/hostile-json.ts";
import { startTestStack } from "../src/test-stack.ts";

it("nothing that is asked, and nothing that the programme's server answers, brings out what it must not", async () => {
  const stack = await startTestStack({ patients: 20 });
  try {
    const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
    console.log(`seed ${seed}: FUZZ_SEED repeats it`);
    const population = [...generatePopulation({ patients: 20 })];
    const { failure, attempts } = await fuzz(stack, population, { seconds: 12, seed });
    expect(failure).toBeUndefined();
    expect(attempts).toBeGreaterThan(20);
  } finally {
    await stack.close();
  }
});

describe("what must not come out is seen", () => {
  const answered = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
    status,
    headers,
    body: JSON.stringify(body),
  });
  const refusal = (code: string, diagnostics = "") => ({
    resourceType: "OperationOutcome",
    issue: [{ details: { coding: [{ code }] }, diagnostics }],
  });

  it.each([
    ["a fault of our own", answered(500, refusal("internal")), false],
    ["a status that the code does not have", answered(500, refusal("upstream-failed")), true],
    ["a fault of a server that is well", answered(502, refusal("upstream-malformed")), false],
    ["a refusal without a code", answered(400, { resourceType: "OperationOutcome", issue: [] }), false],
    ["another resource", answered(400, { resourceType: "Bundle" }), false],
    ["what was sent, in a refusal", answered(400, refusal("parameter-invalid", `${SENT} is wrong`)), false],
    ["what was sent, in a header", answered(200, {}, { location: SENT }), false],
    ["somebody in a refusal", answered(502, refusal("upstream-malformed", IDENTIFYING)), true],
    ["somebody in an answer", answered(200, { name: IDENTIFYING }), true],
  ])("%s", (_, answer, isUpstreamHostile) => {
    expect(() => assertFit(answer, isUpstreamHostile)).toThrow();
  });

  it.each([
    ["a declared fault", answered(502, refusal("upstream-malformed")), true],
    ["a refusal", answered(403, refusal("parameter-hidden")), false],
    ["an answer that says the search again", answered(200, { link: [{ url: SENT }] }), false],
  ])("and %s is none", (_, answer, isUpstreamHostile) => {
    expect(() => assertFit(answer, isUpstreamHostile)).not.toThrow();
  });
});
