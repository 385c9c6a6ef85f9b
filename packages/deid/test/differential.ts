import type { AnyResource, Json } from "@aarohan/fhir";
import {
  type Anonymised,
  type AnonymiserOptions,
  type ByteAnonymiser,
  ByteWriter,
  createByteAnonymiser,
  type Plan,
} from "../src/index.ts";
import { codecFor } from "./codec.ts";

interface Pair {
  readonly objects: ByteAnonymiser;
  readonly bytes: ByteAnonymiser;
}

/** The bytes of a resource, and what they are by JSON.parse. */
export interface Sample {
  readonly bytes: Uint8Array;
  /** `undefined` for what is malformed. */
  readonly source: AnyResource | undefined;
  /** Whether a name stands twice in an object. */
  readonly isTwice: boolean;
  /** Whether JSON.stringify writes it as it stands. */
  readonly isAsWritten: boolean;
}

export function sampleOf(bytes: Uint8Array): Sample {
  const text = decoded(bytes);
  const source = text === undefined ? undefined : parsed(text);
  if (text === undefined || source === undefined) {
    return { bytes, source: undefined, isTwice: false, isAsWritten: false };
  }
  return {
    bytes,
    source,
    isTwice: hasNameTwice(text, source),
    // Numbers stay as they are written, and JSON.parse puts names that are numbers first.
    isAsWritten: JSON.stringify(source) === text && !hasNumberAsName(text),
  };
}

/**
 * Both executors side by side over the same bytes: the object executor's result, as JSON.stringify writes it, is what the
 * byte executor has to write.
 */
export class Differential {
  readonly #pair: Pair;
  /** For resources in which a name stands twice: the byte executor may refuse them, so that counts differ. */
  readonly #twice: Pair;
  readonly #output = new ByteWriter();
  /** How often what became of a resource. */
  readonly outcomes = new Map<string, number>();

  constructor(plan: Plan, options: Partial<AnonymiserOptions> = {}) {
    const anonymiser = () =>
      createByteAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026, ...options });
    this.#pair = { objects: anonymiser(), bytes: anonymiser() };
    this.#twice = { objects: anonymiser(), bytes: anonymiser() };
  }

  /** What differs between both; `undefined` where nothing does. */
  differenceIn(bytes: Uint8Array): string | undefined {
    return this.differenceInSample(sampleOf(bytes));
  }

  /** `differenceIn` of what several policies are tried on. */
  differenceInSample({ bytes, source, isTwice, isAsWritten }: Sample): string | undefined {
    const { objects, bytes: byBytes } = isTwice ? this.#twice : this.#pair;
    const start = this.#output.length;
    const outcome = byBytes.anonymiseBytes(bytes, 0, bytes.length, this.#output);
    const written = decoded(this.#output.written.subarray(start)) ?? "no UTF-8";
    this.#output.length = 0;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    if (outcome !== "released" && written !== "") return `${outcome}, and something was written`;
    if (source === undefined) return outcome === "malformed" ? undefined : `malformed became ${outcome}`;
    if (isTwice && outcome !== "released") return undefined;
    return differenceOf(objects.anonymise(source), outcome, written, isAsWritten);
  }

  /** Whether both have counted the same. */
  get isReportSame(): boolean {
    return JSON.stringify(this.#pair.objects.report()) === JSON.stringify(this.#pair.bytes.report());
  }
}

function differenceOf(
  expected: Anonymised,
  outcome: string,
  written: string,
  isAsWritten: boolean,
): string | undefined {
  if (expected.kind === "withheld") {
    return outcome === expected.reason ? undefined : `${expected.reason} became ${outcome}`;
  }
  if (outcome !== "released") return `released became ${outcome}`;
  const wanted = JSON.stringify(expected.resource);
  const found = isAsWritten ? written : JSON.stringify(JSON.parse(written));
  return found === wanted ? undefined : `${wanted}\nbecame\n${written}`;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parsed(text: string): AnyResource | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value?.resourceType === "string" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a name may be a number: JSON.parse puts these first. */
function hasNumberAsName(text: string): boolean {
  return /"\d+":/.test(text);
}

/** Whether a name stands twice in any object: then the text has more names than the value has members. */
function hasNameTwice(text: string, source: Json): boolean {
  let names = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"([ \t\n\r]*:)?/gs))
    if (colon !== undefined) names += 1;
  let members = 0;
  const left: Json[] = [source];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const values: readonly Json[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) members += values.length;
    for (const value of values) left.push(value);
  }
  return names !== members;
}
