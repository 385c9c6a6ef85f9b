import { compilePolicy, type Plan, PolicyError, readPolicy } from "@aarohan/deid";
import schema from "@aarohan/deid/policy.schema.json" with { type: "json" };
import { type Schema, Validator } from "@cfworker/json-schema";

export interface PolicyProblem {
  /** `resources.Patient.elements.birthDate`, `line 12`; "" for the document. */
  readonly place: string;
  readonly text: string;
}

export type ReadPolicy =
  | { readonly kind: "good"; readonly plan: Plan }
  | { readonly kind: "bad"; readonly problems: readonly PolicyProblem[] };

/** So many are named: one mistake makes several, and the first few tell it. */
const MOST_PROBLEMS = 5;
let validator: Validator | undefined;

/** What is typed into the editor → a plan, by the same steps as everywhere: JSON, the schema, the sense. */
export function readPolicyText(text: string): ReadPolicy {
  const document = parsed(text);
  if (document instanceof SyntaxError) {
    return bad([{ place: linePlace(text, document.message), text: document.message }]);
  }
  const problems = schemaProblems(document);
  if (problems.length > 0) return bad(problems);
  try {
    return { kind: "good", plan: compilePolicy(readPolicy(document)) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return bad([{ place: error.place, text: error.message }]);
  }
}

function bad(problems: readonly PolicyProblem[]): ReadPolicy {
  return { kind: "bad", problems };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

/** The deepest places first: what stands around them is only wrong because of them. */
function schemaProblems(document: unknown): PolicyProblem[] {
  validator ??= new Validator(schema as Schema, "2020-12", false);
  const { errors } = validator.validate(document);
  const depth = (location: string) => location.split("/").length;
  const byDepth = errors.toSorted((a, b) => depth(b.instanceLocation) - depth(a.instanceLocation));
  const texts = new Map<string, string>();
  for (const { instanceLocation, error } of byDepth) {
    const isAround = [...texts.keys()].some((known) => known.startsWith(`${instanceLocation}/`));
    if (!isAround && !texts.has(instanceLocation)) texts.set(instanceLocation, error);
  }
  return [...texts]
    .slice(0, MOST_PROBLEMS)
    .map(([location, error]) => ({ place: placeOf(location), text: error }));
}

/** A pointer's steps (RFC 6901 §4), `/` and `~` within them unescaped. */
function placeOf(pointer: string): string {
  const steps = pointer === "#" ? [] : pointer.slice(2).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}

/** Engines say where differently: as a position, or as line and column. */
function linePlace(text: string, message: string): string {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return `line ${line}`;
  const position = /position (\d+)/.exec(message)?.[1];
  return position === undefined ? "" : `line ${text.slice(0, Number(position)).split("\n").length}`;
}
