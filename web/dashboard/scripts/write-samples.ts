/** Writes the playground's resources: one of each kind of the programme, all of the same synthetic person. */
import { generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { writeGenerated } from "./generated-file.ts";

const KINDS = [
  "Patient",
  "QuestionnaireResponse",
  "Observation",
  "Encounter",
  "ClinicalImpression",
  "Condition",
  "RiskAssessment",
  "Task",
];

/** So many that one of them has been referred: then there is one of every kind. */
const resources = [...generatePopulation({ patients: 40 })];
const referred = resources.find(
  (resource) => resource.resourceType === "Task" && /follow-up$/.test(String(resource.instantiatesUri)),
);
const person = referenceOf(referred?.for);
if (person === undefined) throw new Error("nobody of the population has been referred");

function referenceOf(value: unknown): string | undefined {
  const { reference } = Object(value);
  return typeof reference === "string" ? reference : undefined;
}

function isAbout({ resourceType, id, subject, for: whom }: AnyResource): boolean {
  return `${resourceType}/${String(id)}` === person || referenceOf(subject ?? whom) === person;
}

const own = resources.filter(isAbout);
/** The person's first of a kind; of Tasks the follow-up. */
const samples = KINDS.flatMap((type) => {
  const found = type === "Task" ? referred : own.find(({ resourceType }) => resourceType === type);
  return found === undefined ? [] : [found];
});
writeGenerated(
  "src/playground/samples.generated.json",
  `[\n${samples.map((sample) => JSON.stringify(sample)).join(",\n")}\n]\n`,
);
