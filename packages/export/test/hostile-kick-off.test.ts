import { EdgeError } from "@aarohan/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXPORT_PARAMETERS, type ExportLevel, kickOffParameters, readExportRequest } from "../src/index.ts";

const MARK = "Zyxwqsent";
const NAMES = [...EXPORT_PARAMETERS.map(({ name }) => name), "organizeOutputBy", "__proto__", "frobnicate"];
const text = fc.constantFrom(
  MARK,
  `Patient/${MARK}`,
  `Patient?${MARK}=x`,
  `Patient.${MARK}`,
  `2025-01-01T00:00:00Z${MARK}`,
  `Patient,${MARK}`,
  "",
  ",",
  "Patient",
  "2025-01-01",
);

/** Throws for an error that is none of the declared ones, or that says again what was sent. */
function assertTold(attempt: () => unknown): void {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    expect(error.status).toBeLessThan(500);
    expect(error.message).not.toContain(MARK);
    expect(error.parameter ?? "").not.toContain(MARK);
  }
}

describe("a hostile kick-off is refused, and not said again", () => {
  it.each(["strict", "lenient"] as const)("in its parameters (%s)", (handling) => {
    const pairs = fc.array(fc.tuple(fc.constantFrom(...NAMES), text), { maxLength: 5 });
    const level = fc.constantFrom<ExportLevel>(
      { kind: "system" },
      { kind: "patient" },
      { kind: "group", id: MARK },
    );
    fc.assert(
      fc.property(pairs, level, (parameters, at) => {
        assertTold(() => {
          const { complaints } = readExportRequest({ parameters, handling, level: at, now: Date.now() });
          expect(complaints.join()).not.toContain(MARK);
        });
      }),
      { numRuns: 3000 },
    );
  });

  it("in its body, whatever JSON it is", () => {
    const entry = fc.oneof(
      fc.record({ name: fc.constantFrom(...NAMES, 1, null), valueString: fc.oneof(text, fc.jsonValue()) }),
      fc.record({
        name: fc.constantFrom(...NAMES),
        valueReference: fc.record({ reference: fc.jsonValue() }),
        part: fc.jsonValue(),
      }),
      fc.jsonValue(),
    );
    const body = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ resourceType: fc.constant("Parameters"), parameter: fc.array(entry) }),
      },
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(body, (sent) => {
        assertTold(() => {
          for (const pair of kickOffParameters(sent))
            expect(pair.map((one) => typeof one)).toEqual(["string", "string"]);
        });
      }),
      { numRuns: 3000 },
    );
  });
});
