import { EdgeError } from "@aarohan/contract";
import { describe, expect, it } from "vitest";
import { type ExportLevel, readExportRequest } from "../src/index.ts";

const NOW = Date.parse("2026-11-23T00:00:00Z");
type Pair = [string, string];

function read(parameters: Pair[], options: { level?: ExportLevel; handling?: "strict" | "lenient" } = {}) {
  return readExportRequest({
    level: { kind: "system" },
    handling: "strict",
    now: NOW,
    parameters,
    ...options,
  });
}

function refusal(parameters: Pair[], level?: ExportLevel): EdgeError {
  try {
    read(parameters, level === undefined ? {} : { level });
  } catch (error) {
    if (error instanceof EdgeError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(parameters)} was accepted`);
}

describe("a kick-off", () => {
  it("is of everything, as NDJSON, unless it says otherwise", () => {
    expect(read([])).toEqual({
      level: { kind: "system" },
      format: "ndjson",
      since: undefined,
      until: undefined,
      types: undefined,
      elements: new Map(),
      typeFilters: [],
      patients: undefined,
      handling: "strict",
      complaints: [],
      notices: [],
    });
  });

  it("is read as the export guide prints it", () => {
    const request = read([
      ["_since", "2023-12-01T00:00:00Z"],
      ["_type", "QuestionnaireResponse,Observation"],
      ["_outputFormat", "application/fhir+ndjson"],
    ]);
    expect(request).toMatchObject({
      format: "ndjson",
      since: Date.parse("2023-12-01T00:00:00Z"),
      types: ["QuestionnaireResponse", "Observation"],
    });
  });

  it.each([
    ["application/ndjson", "ndjson"],
    ["application/fhir ndjson", "ndjson"],
    ["text/csv", "csv"],
    ["application/vnd.apache.parquet", "parquet"],
  ])("in the format %s: %s", (value, format) => {
    expect(read([["_outputFormat", value]]).format).toBe(format);
  });

  it.each([
    ["2025-01-01", "2025-01-01T00:00:00Z"],
    ["2025-01-01T10:00:00+05:30", "2025-01-01T04:30:00Z"],
    ["2025-01-01T10:00:00 05:30", "2025-01-01T04:30:00Z"],
    ["2025-01-01T10:00:00.123Z", "2025-01-01T10:00:00.123Z"],
    ["2025-01-01T10:00Z", "2025-01-01T10:00:00Z"],
  ])("since %s", (value, instant) => {
    expect(read([["_since", value]]).since).toBe(Date.parse(instant));
  });

  it("narrows types by searches, in one parameter or several", () => {
    const filters = [
      { type: "Observation", search: "category=exam,laboratory" },
      { type: "Patient", search: "gender=female" },
    ];
    expect(
      read([["_typeFilter", "Observation?category=exam,laboratory,Patient?gender=female"]]).typeFilters,
    ).toEqual(filters);
    expect(
      read([
        ["_typeFilter", "Observation?category=exam,laboratory"],
        ["_typeFilter", "Patient?gender=female"],
      ]).typeFilters,
    ).toEqual(filters);
  });

  it("chooses elements of one type, or of all that it names", () => {
    const { elements } = read([
      ["_type", "Patient,Observation"],
      ["_elements", "Patient.gender"],
    ]);
    expect(elements.get("Patient")?.has("gender")).toBe(true);
    expect(elements.get("Patient")?.has("birthDate")).toBe(false);
    expect(elements.has("Observation")).toBe(false);
    const everywhere = read([
      ["_type", "Condition,Observation"],
      ["_elements", "subject"],
    ]).elements;
    expect(everywhere.get("Observation")?.has("status")).toBe(true);
    expect(everywhere.get("Condition")?.has("subject")).toBe(true);
  });

  it("names patients, at the level of patients and groups", () => {
    const level = { kind: "group", id: "g" } as const;
    expect(read([["patient", "Patient/a,b"]], { level }).patients).toEqual(["a", "b"]);
    expect(refusal([["patient", "Patient/a"]]).parameter).toBe("patient");
  });

  it.each<[Pair[], string, string]>([
    [[["_outputFormat", "application/xml"]], "parameter-invalid", "_outputFormat"],
    [[["_since", "yesterday"]], "parameter-invalid", "_since"],
    [[["_since", "2025-02-30"]], "parameter-invalid", "_since"],
    [[["_since", "2024-13-01"]], "parameter-invalid", "_since"],
    [[["_until", "2024-01-32T00:00:00Z"]], "parameter-invalid", "_until"],
    [[["_since", "2024-01-01T25:00:00Z"]], "parameter-invalid", "_since"],
    [[["_since", "2025-01-01T10:00:00"]], "parameter-invalid", "_since"],
    [[["_since", "2026-12-01"]], "parameter-invalid", "_since"],
    [[["_until", "2026-12-01"]], "parameter-invalid", "_until"],
    [
      [
        ["_since", "2025-01-02"],
        ["_until", "2025-01-01"],
      ],
      "parameter-invalid",
      "_until",
    ],
    [
      [
        ["_since", "2025-01-01"],
        ["_since", "2025-01-01"],
      ],
      "parameter-repeated",
      "_since",
    ],
    [[["_type", "Person,Nonsense"]], "parameter-invalid", "_type"],
    [[["_type", "Patient,,Observation"]], "parameter-invalid", "_type"],
    [[["_elements", "nonsense"]], "parameter-invalid", "_elements"],
    [[["_elements", "Patient.nonsense"]], "parameter-invalid", "_elements"],
    [[["_elements", "status"]], "parameter-invalid", "_elements"],
    [[["_typeFilter", "Observation"]], "parameter-invalid", "_typeFilter"],
    [[["_typeFilter", "Nonsense?a=b"]], "parameter-invalid", "_typeFilter"],
    [[["includeAssociatedData", "LatestProvenanceResources"]], "parameter-unknown", "includeAssociatedData"],
    [[["organizeOutputBy", "Patient"]], "parameter-unknown", "organizeOutputBy"],
    [[["allowPartialManifests", "true"]], "parameter-unknown", "allowPartialManifests"],
    [[["frobnicate", "1"]], "parameter-unknown", "frobnicate"],
    [[["Lakshmi Ravikumar", "1"]], "parameter-unknown", "(malformed)"],
  ])("is refused: %j", (parameters, code, parameter) => {
    const error = refusal(parameters);
    expect([error.code, error.parameter]).toEqual([code, parameter]);
    expect(error.message).not.toMatch(/Lakshmi|yesterday|Nonsense/);
  });

  it("passes over what it does not understand where it is lenient, and says so", () => {
    const request = read(
      [
        ["frobnicate", "1"],
        ["_since", "yesterday"],
        ["_type", "Patient"],
      ],
      { handling: "lenient" },
    );
    expect(request.complaints).toHaveLength(2);
    expect(request).toMatchObject({ since: undefined, types: ["Patient"] });
  });
});

describe("a lenient client", () => {
  it.each<[string, Pair[]]>([
    [
      "_elements",
      [
        ["_type", "Patient"],
        ["_elements", "Patient.colour"],
      ],
    ],
    ["_elements", [["_elements", "gender"]]],
    [
      "_until",
      [
        ["_since", "2025-02-01"],
        ["_until", "2025-01-01"],
      ],
    ],
    ["_since", [["_since", "2999-01-01"]]],
    ["_outputFormat", [["_outputFormat", "application/xml"]]],
    ["colour", [["colour", "blue"]]],
  ])("is served without %s that cannot be, and told so", (name, parameters) => {
    const { complaints, elements, until } = read(parameters, { handling: "lenient" });
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(name);
    expect([elements.size, until]).toEqual([0, undefined]);
    expect(() => read(parameters)).toThrow(EdgeError);
  });

  it.each<[string, Pair[], object]>([
    ["types", [["_type", "Patient,Nonsense,Condition"]], { types: ["Patient", "Condition"] }],
    [
      "types, an empty one among them",
      [["_type", "Patient,,Condition"]],
      { types: ["Patient", "Condition"] },
    ],
    [
      "filters",
      [
        ["_type", "Patient"],
        ["_typeFilter", "Nonsense?a=b,Patient?gender=female"],
      ],
      { typeFilters: [{ type: "Patient", search: "gender=female" }] },
    ],
  ])("keeps the %s that are right, and is told how many are not", (_, parameters, kept) => {
    const request = read(parameters, { handling: "lenient" });
    expect(request).toMatchObject(kept);
    expect(request.complaints).toHaveLength(1);
    expect(request.complaints[0]).toMatch(/: 1 of \d is none\.$/);
    expect(request.complaints[0]).not.toContain("Nonsense");
  });

  it.each<[string, Pair[]]>([
    ["Patient.nonsense,Patient.gender", []],
    ["gender,nonsense", [["_type", "Patient"]]],
    ["gender", [["_type", "Patient,Observation"]]],
  ])("has the elements of %s that there are", (names, beside) => {
    const { elements, complaints } = read([...beside, ["_elements", names]], { handling: "lenient" });
    expect(elements.get("Patient")?.has("gender")).toBe(true);
    expect(elements.get("Patient")?.has("birthDate")).toBe(false);
    expect(elements.has("Observation")).toBe(false);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).not.toContain("nonsense");
  });

  it("keeps the patients that can be read", () => {
    const options = { level: { kind: "patient" }, handling: "lenient" } as const;
    expect(read([["patient", "Patient/a,Observation/x,b"]], options).patients).toEqual(["a", "b"]);
  });

  it.each<[string, string]>([
    ["_type", "Nonsense"],
    ["_type", ","],
    ["patient", "Observation/x"],
  ])("is not given everything where nothing is left of %s=%s", (name, value) => {
    const options = { level: { kind: "patient" }, handling: "lenient" } as const;
    expect(() => read([[name, value]], options)).toThrow(`${name} leaves nothing to export.`);
  });
});
