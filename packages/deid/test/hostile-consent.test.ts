import type { AnyResource } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ConsentMode, isReleasable } from "../src/index.ts";

const REASON = { system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code: "HRESCH" };
const OPTIONS = {
  purpose: "HRESCH",
  nowMilliseconds: Date.parse("2026-11-01T00:00:00Z"),
  utcOffsetMinutes: 330,
};

const denial: AnyResource = {
  resourceType: "Consent",
  id: "c",
  status: "active",
  patient: { reference: "Patient/1" },
  dateTime: "2026-01-01T00:00:00Z",
  provision: { type: "deny", period: { start: "2026-01-01" }, purpose: [REASON] },
};

/** Anything but a permission. */
const json = fc.oneof(
  fc.constantFrom("deny", "active", "proposed", REASON, [REASON], "2027-01-01", "x", {}, []),
  fc.jsonValue(),
);

/** The denial with some of its elements, and of its provision's, put otherwise, or twice. */
const mangled = fc
  .tuple(
    fc.dictionary(
      fc.constantFrom(...Object.keys(denial), "modifierExtension", "implicitRules", "meta"),
      json,
    ),
    fc.dictionary(fc.constantFrom("type", "period", "purpose", "provision", "actor", "data", "code"), json),
  )
  .map(([elements, provision]): AnyResource => {
    const merged = { ...Object(denial.provision), ...provision };
    return JSON.parse(JSON.stringify({ ...denial, provision: merged, ...elements, resourceType: "Consent" }));
  });

describe("Consents as nobody should write them", () => {
  it("never release what a plain one denies", () => {
    fc.assert(
      fc.property(
        fc.array(mangled, { maxLength: 3 }),
        fc.constantFrom<ConsentMode>("opt-out", "opt-in"),
        (others, mode) => {
          expect(isReleasable([denial, ...others], { ...OPTIONS, mode })).toBe(false);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("never give a permission that nobody gave", () => {
    fc.assert(
      fc.property(fc.array(mangled, { maxLength: 3 }), (consents) => {
        expect(isReleasable(consents, { ...OPTIONS, mode: "opt-in" })).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
