import type { AnyResource } from "@aarohan/fhir";
import { generatePopulation } from "../src/population/index.ts";

let sample: AnyResource[] | undefined;

/** The population that the tests look into: 2,000 patients of seed 7, generated once. */
export function population(): AnyResource[] {
  sample ??= [...generatePopulation({ patients: 2000, seed: 7 })];
  return sample;
}

/** An element that must be an object; anything else fails the test. */
export function object(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("No object");
  return { ...value };
}

/** A list, or none. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An element that must be a string; anything else fails the test. */
export function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("No string");
  return value;
}

/** Every string and number of a resource with its path, without the places in lists: `.name.given`. */
export function strings(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string" || typeof value === "number") return [[path, String(value)]];
  if (Array.isArray(value)) return value.flatMap((item) => strings(item, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => strings(inner, `${path}.${name}`));
}
