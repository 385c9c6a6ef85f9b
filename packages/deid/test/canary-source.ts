import type { Json } from "@aarohan/fhir";

/** A value that stands at one place of one resource, and nowhere else. */
export interface Canary {
  /** `Patient.contact.name.family`, `_family` for what stands beside it; a resource inside another by its type. */
  readonly path: string;
  readonly value: string | number;
}

const TEXT_MARK = /cnry[0-9a-z]{6}|999\d{9}/g;
const DAY_MARK = /\d{4}-\d\d-\d\d/g;
/** Days of one resource lie about a year apart, so that no shift by up to 182 days makes one of another. */
const YOUNGEST_YEAR = 2024;
const MOST_DAYS = 1000;

/** Makes canaries of the right JSON type and form for each primitive data type, and remembers those of one resource. */
export class CanarySource {
  #serial = 0;
  #days = 0;
  readonly #placed = new Map<string | number, Canary>();

  /** A value for the data type that is noted as standing at the path. Booleans cannot be told apart: none is noted. */
  value(type: string, path: string): Json {
    this.#serial += 1;
    const serial = this.#serial;
    switch (type) {
      case "boolean":
        return true;
      case "integer":
      case "unsignedInt":
      case "positiveInt":
        return this.#note(path, 1_000_000_000 + serial);
      case "decimal":
        return this.#note(path, 1_000_000_000.5 + serial);
      case "date":
        return this.#day(path);
      case "dateTime":
      case "instant":
        return `${this.#day(path)}T10:11:12Z`;
      case "time":
        return this.#note(path, `10:11:12.${String(serial).padStart(9, "0")}`);
      case "uuid":
        return `urn:uuid:00000000-0000-4000-8000-${this.#number(path)}`;
      case "oid":
        return `urn:oid:2.25.${this.#number(path)}`;
      case "uri":
      case "url":
      case "canonical":
        return `https://example.org/${this.text(path)}`;
      case "base64Binary":
        return `${this.text(path)}==`;
      case "xhtml":
        return `<div xmlns="http://www.w3.org/1999/xhtml">${this.text(path)}</div>`;
      default:
        return this.text(path);
    }
  }

  /** Ten characters that an id, a code and a string may have. */
  text(path: string): string {
    this.#serial += 1;
    return this.#note(path, `cnry${this.#serial.toString(36).padStart(6, "0")}`);
  }

  /** The canaries noted since the last time, by value. */
  take(): ReadonlyMap<string | number, Canary> {
    const placed = new Map(this.#placed);
    this.#placed.clear();
    this.#days = 0;
    return placed;
  }

  #number(path: string): string {
    return this.#note(path, `999${String(this.#serial).padStart(9, "0")}`);
  }

  #day(path: string): string {
    const year = YOUNGEST_YEAR - this.#days;
    const day = `${year}-${String(1 + (year % 12)).padStart(2, "0")}-17`;
    this.#days += 1;
    if (this.#days > MOST_DAYS) throw new RangeError(`${path}: more dates than days`);
    return this.#note(path, day);
  }

  #note<Value extends string | number>(path: string, value: Value): Value {
    this.#placed.set(value, { path, value });
    return value;
  }
}

/** The canaries that stand anywhere in a JSON value: as a value, within a text, or in the name of a member. */
export function canariesIn(value: Json, placed: ReadonlyMap<string | number, Canary>): Set<Canary> {
  const found = new Set<Canary>();
  collect(value, placed, found);
  return found;
}

function collect(value: Json, placed: ReadonlyMap<string | number, Canary>, found: Set<Canary>): void {
  if (typeof value === "string" || typeof value === "number") {
    const exact = placed.get(value);
    if (exact !== undefined) found.add(exact);
    if (typeof value === "string") collectMarks(value, placed, found);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    collectMarks(name, placed, found);
    collect(inner, placed, found);
  }
}

function collectMarks(text: string, placed: ReadonlyMap<string | number, Canary>, found: Set<Canary>): void {
  for (const pattern of [TEXT_MARK, DAY_MARK]) {
    for (const mark of text.match(pattern) ?? []) {
      const canary = placed.get(mark);
      if (canary !== undefined) found.add(canary);
    }
  }
}
