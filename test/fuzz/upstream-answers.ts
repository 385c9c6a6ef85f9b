import type { Fault } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import fc from "fast-check";
import { damaged, hostileJson, IDENTIFYING } from "./hostile-json.ts";

/** What a hostile or broken server answers to a search. */
export interface FuzzedAnswer {
  readonly type: string;
  readonly fault: Fault;
}

/** Elements that hold what identifies somebody, by any type. */
const IDENTIFIED = {
  id: IDENTIFYING,
  text: { status: "generated", div: `<div xmlns="http://www.w3.org/1999/xhtml">${IDENTIFYING}</div>` },
  name: [{ family: IDENTIFYING, given: [IDENTIFYING], text: IDENTIFYING }],
  telecom: [{ system: "phone", value: IDENTIFYING }],
  identifier: [{ system: "urn:x", value: IDENTIFYING }],
  note: [{ text: IDENTIFYING, authorString: IDENTIFYING }],
  extension: [{ url: `https://x.example/${IDENTIFYING}`, valueString: IDENTIFYING }],
  contained: [{ resourceType: "Patient", id: "c", name: [{ text: IDENTIFYING }] }],
  _birthDate: { extension: [{ url: "urn:x", valueString: IDENTIFYING }] },
  valueString: IDENTIFYING,
  photo: [{ contentType: "image/png", data: "WnlYd3E=", title: IDENTIFYING }],
};

/** Resources as they are, with elements that identify, and others in the place of some: of wrong types, and hostile. */
function resourceLike(templates: readonly AnyResource[]): fc.Arbitrary<unknown> {
  return fc.constantFrom(...templates).chain((template) => {
    const names = [
      ...Object.keys(template),
      ...Object.keys(IDENTIFIED),
      "meta",
      "subject",
      "__proto__",
      IDENTIFYING,
    ];
    const changes = fc.array(fc.tuple(fc.constantFrom(...names), hostileJson(IDENTIFYING)), { maxLength: 3 });
    return changes.map((some) => ({ ...template, ...IDENTIFIED, ...Object.fromEntries(some) }));
  });
}

function bundleText(templates: readonly AnyResource[]): fc.Arbitrary<string> {
  const resource = fc.oneof({ weight: 60, arbitrary: resourceLike(templates) }, hostileJson(IDENTIFYING));
  const entry = fc.oneof(
    { weight: 60, arbitrary: resource.map((one) => ({ fullUrl: IDENTIFYING, resource: one })) },
    hostileJson(IDENTIFYING),
  );
  const odd = fc.constantFrom<object>(
    { total: -1 },
    { total: IDENTIFYING },
    { link: [{ relation: "next", url: `https://evil.example/${IDENTIFYING}` }] },
    { link: [{ relation: "next", url: "../../x" }] },
    { link: IDENTIFYING },
    { entry: IDENTIFYING },
    { resourceType: "OperationOutcome", issue: [{ diagnostics: IDENTIFYING }] },
    { resourceType: IDENTIFYING },
  );
  const more = fc.oneof({ weight: 8, arbitrary: fc.constant({}) }, odd);
  return fc
    .tuple(fc.array(entry, { maxLength: 5 }), more)
    .map(([entries, rest]) => ({ resourceType: "Bundle", type: "searchset", entry: entries, ...rest }))
    .chain((bundle) => damaged(JSON.stringify(bundle), IDENTIFYING));
}

export function upstreamAnswers(population: readonly AnyResource[]): fc.Arbitrary<FuzzedAnswer> {
  return fc.constantFrom("Patient", "Observation", "QuestionnaireResponse").chain((type) => {
    const templates = population.filter(({ resourceType }) => resourceType === type).slice(0, 5);
    const answer = fc
      .tuple(
        fc.oneof(
          { weight: 8, arbitrary: fc.constant(200) },
          fc.constantFrom(206, 302, 400, 404, 410, 429, 500),
        ),
        bundleText(templates),
        fc.constantFrom<Record<string, string>>(
          {},
          {},
          {},
          { "Content-Type": "text/html" },
          { Location: IDENTIFYING },
        ),
      )
      .map(([status, body, headers]) => ({ kind: "answer" as const, status, body, headers }));
    // Broken off, empty, or larger than what is held.
    const broken = fc.constantFrom<Fault>(
      { kind: "close" },
      { kind: "break", body: `{"resourceType":"Bundle","entry":[{"resource":{"id":"${IDENTIFYING}` },
      { kind: "flood", bytes: 5_000_000, resourceBytes: 4_900_000 },
    );
    return fc.oneof({ weight: 20, arbitrary: answer }, broken).map((fault) => ({ type, fault }));
  });
}
