import { type Schema, Validator } from "@cfworker/json-schema";
import schema from "./policy.schema.json" with { type: "json" };
import type { Policy } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";

let validator: Validator | undefined;

/**
 * A parsed JSON document → a policy of the right form (`policy.schema.json`); `compilePolicy` then checks its sense.
 * Throws a PolicyError that names the place of the first problem.
 */
export function readPolicy(document: unknown): Policy {
  validator ??= new Validator(schema as Schema, "2020-12", false);
  const { valid, errors } = validator.validate(document);
  if (valid && isPolicy(document)) return document;
  throw new PolicyError(nameOf(document), placeOf(errors), "is not as policy.schema.json has it");
}

/** What the schema has found good is one: the type is the schema in TypeScript's words. */
function isPolicy(document: unknown): document is Policy {
  return typeof document === "object" && document !== null;
}

function nameOf(document: unknown): string {
  const named = typeof document === "object" && document !== null && "name" in document;
  return named && typeof document.name === "string" ? document.name : "without a name";
}

/** The deepest place of which the schema complains: `#/resources/Patient/elements/gender`. */
function placeOf(errors: readonly { readonly instanceLocation: string }[]): string {
  const places = errors.map(({ instanceLocation }) => instanceLocation);
  const deepest = places.toSorted((a, b) => b.split("/").length - a.split("/").length)[0] ?? "#";
  if (deepest === "#") return "the document";
  // A pointer's steps (RFC 6901 §4), `/` and `~` within them escaped.
  const steps = deepest.slice(2).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}
