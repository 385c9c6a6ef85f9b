import {
  type AnonymiserOptions,
  createAnonymiser,
  createPseudonymCodec,
  type Plan,
  type QuestionnaireForms,
  questionnaireForm,
  questionnaireNames,
  type RunReport,
  type WithholdReason,
  yearOf,
} from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";
import { type Difference, differencesOf } from "./difference.ts";

/** What became of one resource. */
export interface TriedResource {
  readonly source: AnyResource;
  /** `undefined` where it is withheld. */
  readonly output: AnyResource | undefined;
  readonly withheld: WithholdReason | undefined;
  readonly differences: readonly Difference[];
}

export interface Trial {
  readonly resources: readonly TriedResource[];
  readonly report: RunReport;
}

/** The tab's own key: pseudonyms of the playground open nowhere, and are forgotten with the tab. */
const KEYS = [{ id: 0, secret: crypto.getRandomValues(new Uint8Array(32)) }];

/** Runs the anonymiser of the workers on what is pasted, here in the tab. Questionnaires among it give their choices. */
export function tryPolicy(plan: Plan, resources: readonly AnyResource[]): Trial {
  const options = optionsFor(plan, resources);
  const anonymiser = createAnonymiser(plan, options);
  const tried = resources.map((source): TriedResource => {
    const result = anonymiser.anonymise(source);
    if (result.kind === "withheld") {
      return { source, output: undefined, withheld: result.reason, differences: [] };
    }
    return {
      source,
      output: result.resource,
      withheld: undefined,
      differences: differencesOf(plan, source, anonymiseBy(plan, options)),
    };
  });
  return { resources: tried, report: anonymiser.report() };
}

/** Its own counts: what is asked again to tell items apart is not in the report. */
function anonymiseBy(
  plan: Plan,
  options: AnonymiserOptions,
): (source: AnyResource) => AnyResource | undefined {
  const anonymiser = createAnonymiser(plan, options);
  return (source) => {
    const result = anonymiser.anonymise(source);
    return result.kind === "released" ? result.resource : undefined;
  };
}

function optionsFor(plan: Plan, resources: readonly AnyResource[]): AnonymiserOptions {
  const domain = { tenant: "playground", recipient: "playground", policy: plan.name };
  return {
    pseudonyms: createPseudonymCodec({ keys: KEYS, domain }),
    releaseYear: yearOf(new Date(), plan.policy.utcOffsetMinutes),
    forms: formsOf(plan, resources),
  };
}

function formsOf(plan: Plan, resources: readonly AnyResource[]): QuestionnaireForms {
  const forms = new Map<string, ReturnType<typeof questionnaireForm>>();
  for (const resource of resources) {
    if (resource.resourceType !== "Questionnaire") continue;
    const form = questionnaireForm(resource);
    for (const name of namesOf(resource, plan)) forms.set(name, form);
  }
  return forms;
}

function namesOf({ url, version, id }: AnyResource, plan: Plan): string[] {
  const given = [
    ...(typeof id === "string" ? [`Questionnaire/${id}`] : []),
    ...(typeof url === "string" ? [url] : []),
  ];
  const names = [...new Set(given.flatMap((name) => questionnaireNames(plan, name)))];
  return typeof version === "string" ? names.flatMap((name) => [name, `${name}|${version}`]) : names;
}
