import { EdgeError } from "@aarohan/contract";
import { describe, expect, it } from "vitest";
import { readCapabilities } from "../src/capabilities.ts";

function read(statement: unknown) {
  return readCapabilities(new TextEncoder().encode(JSON.stringify(statement)));
}

const server = (...resource: unknown[]) => ({
  resourceType: "CapabilityStatement",
  rest: [{ mode: "client" }, { mode: "server", resource }],
});

describe("a server's statement", () => {
  it("tells the types that are read and searched, and by what", () => {
    const patient = {
      type: "Patient",
      interaction: [{ code: "search-type" }, { code: "delete" }, { code: "read" }],
      searchParam: [{ name: "gender", type: "token", definition: "http://hl7.org/fhir/SearchParameter/x" }],
      searchInclude: ["*", "Patient:organization"],
      searchRevInclude: ["Observation:subject"],
    };
    expect(read(server(patient))).toEqual([
      {
        type: "Patient",
        interactions: ["read", "search-type"],
        parameters: [
          {
            name: "gender",
            type: "token",
            description: "As the programme's server answers it.",
            targets: [],
            comparators: [],
            takesList: undefined,
            derivedFrom: "http://hl7.org/fhir/SearchParameter/x",
          },
        ],
        include: ["Patient:organization"],
        revinclude: ["Observation:subject"],
        sorts: undefined,
      },
    ]);
  });

  it.each([
    ["no type of R4", { type: "Person2" }, 0],
    ["a type that is no text", { type: ["Patient"] }, 0],
    [
      "members that are no lists",
      { type: "Patient", interaction: "read", searchParam: {}, searchInclude: 1 },
      1,
    ],
    [
      "members of lists that are no objects",
      { type: "Patient", interaction: [null], searchParam: [1, "x"] },
      1,
    ],
  ])("with %s is read without it", (_, resource, types) => {
    const found = read(server(resource));
    expect(found).toHaveLength(types);
    for (const one of found) expect(one).toMatchObject({ interactions: [], parameters: [], include: [] });
  });

  it("lets no text through that is no name", () => {
    const names = ["<script>", "a b", "x".repeat(80), "", "__proto__\n"];
    const patient = {
      type: "Patient",
      searchParam: [
        ...names.map((name) => ({ name, type: "token" })),
        { name: "ok", type: "phone" },
        { name: "fine", type: "uri", definition: "javascript:alert(1)" },
      ],
      searchInclude: names,
      searchRevInclude: names,
    };
    const [found] = read(server(patient));
    expect(found).toMatchObject({ include: [], revinclude: [] });
    expect(found?.parameters.map(({ name, derivedFrom }) => [name, derivedFrom])).toEqual([
      ["fine", undefined],
    ]);
  });

  it.each([
    ["nothing", null],
    ["a list", []],
    ["another resource", { resourceType: "Patient", rest: [] }],
    ["no rest", { resourceType: "CapabilityStatement" }],
  ])("that is %s is malformed", (_, statement) => {
    expect(() => read(statement)).toThrow(expect.objectContaining({ code: "upstream-malformed" }));
    expect(() => readCapabilities(new Uint8Array([0xff, 0x7b]))).toThrow(EdgeError);
  });
});
