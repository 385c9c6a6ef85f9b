import { describe, expect, it } from "vitest";
import { validateResource } from "../src/index.ts";
import { exampleFiles, readExample } from "./validation-hl7.ts";

/** Examples that break R4 themselves: file → how, as `code path`, with places in lists left out. */
const BROKEN: Readonly<Record<string, readonly string[]>> = {
  // name and status are 1..1.
  "ImplementationGuide-fhir.json": [
    "required ImplementationGuide.name",
    "required ImplementationGuide.status",
  ],
  "ig-r4.json": ["required ImplementationGuide.name", "required ImplementationGuide.status"],
  // Its items of type display have no linkId, which is 1..1.
  "Questionnaire-qs1.json": [
    "required Questionnaire.item.item.linkId",
    "required Questionnaire.item.item.item.linkId",
    "required Questionnaire.item.item.item.item.linkId",
  ],
  // An id of 67 characters; R4 allows 64.
  "SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject.json": [
    "invalid-value SearchParameter.id",
  ],
  // base is 1..*.
  ...Object.fromEntries(
    ["codesystem-extensions-CodeSystem", "valueset-extensions-ValueSet"].flatMap((name) =>
      ["author", "effective", "end", "keyword", "workflow"].map((code) => [
        `SearchParameter-${name}-${code}.json`,
        ["required SearchParameter.base"],
      ]),
    ),
  ),
};

function faultsOf(resource: unknown): string[] {
  const issues = validateResource(resource).map(
    ({ code, path }) => `${code} ${path.replace(/\[\d+\]/g, "")}`,
  );
  return [...new Set(issues)];
}

describe("the examples of HL7", () => {
  it("are found sound, but for those that break R4", () => {
    const files = exampleFiles();
    const faults = files.map((file) => [file, faultsOf(readExample(file))] as const);
    expect(files.length).toBe(5306);
    expect(Object.fromEntries(faults.filter(([, found]) => found.length > 0))).toEqual(BROKEN);
  });
});
