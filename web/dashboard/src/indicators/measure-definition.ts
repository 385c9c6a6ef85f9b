import { malformedError } from "../gateway/gateway-error.ts";

/** What a Measure says in words. */
export interface MeasureDefinition {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Who is counted, by the code of the population, in the Measure's order. */
  readonly populations: readonly { readonly code: string; readonly text: string }[];
  /** What it can be split by. */
  readonly splits: readonly string[];
  /** What limits it, and what is not settled. */
  readonly notes: readonly string[];
}

/** The parts of a Measure (FHIR R4) that are for people. Throws GatewayError. */
export function readDefinition(document: unknown): MeasureDefinition {
  const measure = Object(document);
  if (measure.resourceType !== "Measure") throw malformedError("no Measure");
  const [group] = listOf(measure.group);
  return {
    title: textOf(measure.title),
    version: textOf(measure.version),
    description: textOf(measure.description),
    populations: listOf(Object(group).population).map((one) => ({
      code: textOf(Object(listOf(Object(Object(one).code).coding)[0]).code),
      text: textOf(Object(one).description),
    })),
    splits: listOf(Object(group).stratifier).map((one) => textOf(Object(Object(one).criteria).expression)),
    notes: [textOf(measure.usage), textOf(measure.clinicalRecommendationStatement)].filter(
      (text) => text !== "",
    ),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
