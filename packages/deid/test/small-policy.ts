import type { AnyResource, Json } from "@aarohan/fhir";
import { type AnonymiserOptions, compilePolicy, createAnonymiser, type Policy } from "../src/index.ts";
import type { ElementRules, Rule } from "../src/policy.ts";
import { codecFor } from "./codec.ts";

/** A policy of which a test says what matters to it: everything else is dropped. */
export function smallPolicy(change: Partial<Policy> = {}): Policy {
  return {
    name: "small",
    version: "1.0.0",
    description: "for a test",
    audience: "anonymised",
    utcOffsetMinutes: 330,
    everyResource: { id: "pseudonym" },
    resources: {},
    types: {},
    extensions: {},
    terminologies: {},
    recodings: [],
    openReferences: [],
    questionnaires: [],
    ...change,
  };
}

/** Rules for the elements of one resource type. */
export function policyFor(
  resourceType: string,
  elements: ElementRules,
  change: Partial<Policy> = {},
): Policy {
  return smallPolicy({ ...change, resources: { ...change.resources, [resourceType]: { elements } } });
}

/** What leaves of a resource but its type and id; `undefined` where it is withheld. */
export function releasedBy(
  policy: Policy,
  resource: AnyResource,
  options: Partial<AnonymiserOptions> = {},
): Readonly<Record<string, Json>> | undefined {
  const plan = compilePolicy(policy);
  const anonymiser = createAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026, ...options });
  const result = anonymiser.anonymise({ id: "1", ...resource });
  if (result.kind === "withheld") return undefined;
  const { resourceType: _type, id: _id, ...rest } = result.resource;
  return rest;
}

/** What leaves of one Patient element by one rule; `undefined` where nothing does. */
export function patientElement(name: string, rule: Rule, value: Json): Json | undefined {
  return releasedBy(policyFor("Patient", { [name]: rule }), { resourceType: "Patient", [name]: value })?.[
    name
  ];
}

/** The members that leave of a Task's one output. */
export function taskOutput(
  elements: ElementRules,
  members: Readonly<Record<string, Json>>,
  change: Partial<Policy> = {},
): Json | undefined {
  const source = { resourceType: "Task", output: [{ type: { text: "x" }, ...members }] };
  const released = releasedBy(policyFor("Task", elements, change), source)?.output;
  const [first] = Array.isArray(released) ? released : [];
  if (first === undefined) return undefined;
  const { type: _type, ...rest } = Object(first);
  return rest;
}
