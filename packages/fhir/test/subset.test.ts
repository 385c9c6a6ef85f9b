import { describe, expect, it } from "vitest";
import { parseElements, subsetOf } from "../src/index.ts";

const observation = {
  resourceType: "Observation",
  id: "1",
  meta: { tag: [{ code: "x" }], lastUpdated: "2025-01-01T00:00:00Z" },
  status: "final",
  _status: { id: "s" },
  code: { text: "c" },
  valueInteger: 1,
  _valueInteger: { id: "v" },
  subject: { reference: "Patient/1" },
  note: [{ text: "n" }],
};

describe("_elements", () => {
  it("keeps what is named, what R4 requires, id and meta, and says that the rest is missing", () => {
    expect(subsetOf(observation, parseElements("value,Observation.subject", "Observation"))).toEqual({
      resourceType: "Observation",
      id: "1",
      meta: {
        tag: [
          { code: "x" },
          { system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" },
        ],
        lastUpdated: "2025-01-01T00:00:00Z",
      },
      status: "final",
      _status: { id: "s" },
      code: { text: "c" },
      valueInteger: 1,
      _valueInteger: { id: "v" },
      subject: { reference: "Patient/1" },
    });
  });

  it("leaves the resource itself as it was, also without a meta", () => {
    const bare = { resourceType: "Patient", id: "1", gender: "female" };
    expect(subsetOf(bare, parseElements("id", "Patient"))).toMatchObject({
      meta: { tag: [{ code: "SUBSETTED" }] },
    });
    expect(bare).toEqual({ resourceType: "Patient", id: "1", gender: "female" });
  });

  it.each(["", "nonsense", "value[y]", "constructor", "Patient.name", "code.text", "status,"])(
    "does not take %j",
    (value) => {
      expect(() => parseElements(value, "Observation")).toThrow(/_elements takes names/);
    },
  );
});
