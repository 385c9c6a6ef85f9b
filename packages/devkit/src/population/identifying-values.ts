import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { NAME_WORDS } from "./person-name.ts";
import { PLACES, STATES } from "./place.ts";
import { SYMPTOM_TOKENS } from "./questionnaire.ts";
import { OUTCOMES } from "./review.ts";
import { KNOWN_DISPLAYS } from "./terminology.ts";

/** Shorter texts turn up by chance in texts that have nothing to do with them. */
const LEAST_CHARACTERS = 4;
const LEAST_DIGITS = 6;

/** Elements of codes, addresses of definitions and versions: what stands in them is no person's. */
const CODED = new Set(
  (
    "resourceType system code status use linkId questionnaire instantiatesUri intent priority gender language contentType " +
    "unit mode versionId state country type uri valueCode"
  ).split(" "),
);

/** Texts that are the same for everybody, names of states and districts included. */
const COMMON = new Set<string>([
  ...KNOWN_DISPLAYS,
  ...OUTCOMES,
  ...SYMPTOM_TOKENS,
  ...STATES,
  ...PLACES.flatMap(({ district, variants }) => [district, ...variants]),
  "suspicious",
  "non-suspicious",
  "Suspicious",
  "Non-suspicious",
  "Follow up status",
  "ABHA",
  "Oral medicine specialist",
]);

const OPEN_REFERENCE = /^(?:Location\/)?physical-location-(?:field|hospital)$|^Questionnaire\//;

/** Digits, spaced or hyphenated, that are no part of a longer id, url or word. */
const STANDING_NUMBER = /(?<![\p{L}\d/#_.-])\d[\d -]*\d(?![\p{L}\d_-])/gu;

/**
 * Every value of a generated resource that tells of a person, a worker or a place below the district, as it would stand
 * in a JSON text: names (four characters and more), numbers, texts, addresses, urls, real ids, exact birth dates,
 * instants. Everything counts that is not known to be common; what the programme's policy lets through (states,
 * districts, codes, ages) is not told. Look for the values as whole words, in their own case: six digits turn up
 * by chance in long random ids.
 */
export function collectIdentifyingValues(resource: AnyResource): Iterable<string> {
  const values = new Set<string>();
  // A Questionnaire is public; only who loaded it is not.
  if (resource.resourceType === "Questionnaire") collect(resource.meta, "meta", values);
  else collectResource(resource, values);
  return values;
}

function collectResource(resource: JsonObject, values: Set<string>): void {
  const { id, ...elements } = resource;
  if (typeof id === "string" && !OPEN_REFERENCE.test(id)) values.add(id);
  collectElements(elements, "", values);
}

function collect(value: Json | undefined, name: string, values: Set<string>): void {
  if (typeof value === "string") collectText(value, name, values);
  else if (typeof value === "number") collectNumber(value, values);
  else if (isList(value)) for (const item of value) collect(item, name, values);
  else if (typeof value !== "object" || value === null) return;
  else if (name === "contained") collectResource(value, values);
  else if (name === "tag") collectTag(value, values);
  else collectElements(value, name, values);
}

function collectElements(elements: JsonObject, parent: string, values: Set<string>): void {
  const isItem = elements.linkId !== undefined;
  for (const [name, value] of Object.entries(elements)) {
    if (typeof value === "string" && CODED.has(name)) continue;
    // The url of an extension, the printed text of a question.
    if (name === "url" && parent === "extension") continue;
    if (name === "text" && isItem) continue;
    collect(value, name, values);
  }
}

function collectTag({ system, code }: JsonObject, values: Set<string>): void {
  const isPerson = typeof system === "string" && !system.endsWith("app-version");
  if (isPerson && typeof code === "string" && code !== "Not defined") values.add(code);
}

function collectNumber(value: number, values: Set<string>): void {
  const text = String(value);
  if (text.replace(/\D/g, "").length >= LEAST_DIGITS) values.add(text);
}

function collectText(text: string, name: string, values: Set<string>): void {
  if (name === "reference") collectReference(text, values);
  else if (name === "birthDate" || name === "valueDate") collectBirthDate(text, values);
  else if (/^\d{4}-\d\d-\d\dT/.test(text)) collectInstant(text, values);
  else if (name === "div") collectFreeText(text.replace(/<[^>]*>/g, " ").trim(), values);
  else if (!isCommon(text)) collectFreeText(text, values);
}

/** In the lists, a photograph's result, or a date to the month at most. */
function isCommon(text: string): boolean {
  return COMMON.has(text) || /^(?:Non-s|S)uspicious\|\d+$/.test(text) || /^\d{4}(?:-\d\d)?$/.test(text);
}

function collectReference(text: string, values: Set<string>): void {
  if (OPEN_REFERENCE.test(text)) return;
  values.add(text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf("#")) + 1));
}

function collectBirthDate(text: string, values: Set<string>): void {
  // The first day of a birth cohort is what the policy makes of a birth date.
  if (!text.endsWith("-01-01")) values.add(text);
}

/** The day of an instant may be told of `lastUpdated`; its time of the day may not. */
function collectInstant(text: string, values: Set<string>): void {
  if (!text.endsWith("T00:00:00Z")) values.add(text);
}

/** The text itself, and what in it would tell as much when it stood alone: numbers, names. */
function collectFreeText(text: string, values: Set<string>): void {
  if ([...text].length >= LEAST_CHARACTERS) values.add(text);
  for (const [run] of text.matchAll(STANDING_NUMBER)) {
    const digits = run.replace(/\D/g, "");
    if (digits.length < LEAST_DIGITS) continue;
    values.add(run);
    values.add(digits);
    // With the country's prefix: a mobile number has ten digits.
    if (/^91\d{10}$/.test(digits)) values.add(digits.slice(2));
  }
  for (const [word] of text.matchAll(/[\p{L}\p{M}\u200c\u200d]+/gu)) {
    if (NAME_WORDS.has(word) && [...word].length >= LEAST_CHARACTERS) values.add(word);
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
