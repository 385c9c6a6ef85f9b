import type { AnyResource, JsonObject } from "@aarohan/fhir";
import { type Indicator, MEASURE_BASE } from "./indicators.ts";
import type { Dimension } from "./tally.ts";

/** What every indicator can be split by. */
export const STRATIFIERS: readonly { readonly code: Dimension; readonly title: string }[] = [
  { code: "state", title: "State" },
  { code: "district", title: "District" },
  { code: "setting", title: "Setting: field or hospital" },
  { code: "sex", title: "Sex" },
  { code: "age-band", title: "Age at the screening: 30–39, 40–49, 50–59, 60–65, 66+" },
  { code: "tobacco", title: "Any current use of tobacco or areca" },
  { code: "month", title: "Month" },
];

export const LIMITATION =
  "Registration and screening are one form: a person who is screened again may have a new Patient, and counts twice where nothing links the two.";
export const UNCONFIRMED =
  "Windows and code bindings are the gateway's own; clinicians have yet to confirm them.";

/** The indicator's definition as a Measure (FHIR R4), with how it is computed in words. */
export function measureResource(indicator: Indicator): AnyResource {
  const { id, version, title, description, scoring, sources, categories } = indicator;
  return {
    resourceType: "Measure",
    id,
    url: `${MEASURE_BASE}/${id}`,
    version,
    name: id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    title,
    status: "active",
    experimental: false,
    date: "2026-11-01",
    publisher: "Aarogya Aarohan",
    description,
    usage: `${LIMITATION} Computed from: ${sources.join("; ")}.`,
    scoring: concept("http://terminology.hl7.org/CodeSystem/measure-scoring", scoring),
    clinicalRecommendationStatement: UNCONFIRMED,
    group: [
      {
        code: { coding: [{ system: MEASURE_BASE, code: id, display: title }] },
        population: populationsOf(indicator),
        stratifier: [
          ...(categories === undefined
            ? []
            : [{ code: { text: categories.title }, criteria: words(categories.title) }]),
          ...STRATIFIERS.map((one) => ({ code: { text: one.code }, criteria: words(one.title) })),
        ],
      },
    ],
  };
}

function populationsOf({ scoring, initialPopulation, denominator, numerator }: Indicator): JsonObject[] {
  const middle = scoring === "continuous-variable" ? "measure-population" : "denominator";
  const known = [
    ["initial-population", initialPopulation],
    [middle, denominator],
    ["numerator", numerator],
  ] as const;
  return known.flatMap(([code, description]) =>
    description === undefined
      ? []
      : [
          {
            code: concept("http://terminology.hl7.org/CodeSystem/measure-population", code),
            description,
            criteria: words(description),
          },
        ],
  );
}

/** The criteria are words: what is computed is the gateway's own evaluator. */
function words(expression: string): JsonObject {
  return { language: "text/plain", expression };
}

function concept(system: string, code: string): JsonObject {
  return { coding: [{ system, code }] };
}
