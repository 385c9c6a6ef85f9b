import type { AnyResource, Json } from "@aarohan/fhir";
import { WRONG_VALUES } from "./wrong-values.ts";

/** From 0 to 1, the same for the same seed (mulberry32). */
export type Random = () => number;

export function randomOf(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const encoder = new TextEncoder();

/** The bytes of a resource in one of many forms: as it is, spelled otherwise, with other values, or broken. */
export function mutated(resource: AnyResource, random: Random): Uint8Array {
  const chance = random();
  if (chance < 0.25) return encoder.encode(JSON.stringify(resource));
  const value = chance < 0.4 ? resource : altered(resource, random);
  const bytes = encoder.encode(chance < 0.7 ? new Speller(random).text(value) : JSON.stringify(value));
  return chance < 0.85 ? bytes : broken(bytes, random);
}

function pick<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

/** Members and items that no element of R4 expects, wherever they may stand. */
const ADDED: readonly (readonly [name: string, value: Json])[] = [
  ["modifierExtension", [{ url: "x", valueBoolean: true }]],
  ["implicitRules", "https://example.org/rules"],
  ["_birthDate", { extension: [{ url: "x", valueDate: "1984-03-12" }] }],
  ["__proto__", { text: "Lakshmi" }],
  ["7", "seven"],
  ["id", "Patient 9876543210"],
  ["id", null],
  ["resourceType", "Patient"],
  ["subject", { reference: "Patient/withdrawn" }],
  ["subject", { reference: "#a" }],
  ["reference", "Patient/0d87c467-5274-4fec-8b6e-665b8f10c8d0"],
  ["reference", "#a"],
  [
    "contained",
    [{ resourceType: "Condition", id: "a", recordedDate: "2025-03-12", subject: { reference: "#b" } }],
  ],
  ["extension", [{ url: "https://midas.iisc.ac.in/CodeSystem/refer-case", valueBoolean: true }]],
  ["valueAttachment", { url: "https://example.org/a?signature=1", data: "aGVsbG8=" }],
  ["valueQuantity", { value: 5.5, system: "http://unitsofmeasure.org", code: "%" }],
  ["valueString", "Lakshmi"],
  ["birthDate", "1984-03-12"],
  ["deceasedDateTime", "2025-03-12T10:11:12+05:30"],
];

/** The value with one or several places in it changed. */
function altered(resource: AnyResource, random: Random): Json {
  const share = 0.3 / Math.max(10, JSON.stringify(resource).length / 40);
  return alteredIn(resource, random, share);
}

function alteredIn(value: Json, random: Random, share: number): Json {
  if (random() < share) return pick(WRONG_VALUES, random)?.[1] ?? null;
  if (Array.isArray(value)) {
    const items = value.map((item) => alteredIn(item, random, share));
    return random() < share ? [...items, null, items[0] ?? []] : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(
    ([name, inner]) => [name, alteredIn(inner, random, share)] as const,
  );
  const added = random() < 2 * share ? pick(ADDED, random) : undefined;
  return Object.fromEntries(added === undefined ? members : [...members, added]);
}

/** Writes JSON in other ways than JSON.stringify: order, white space, escapes, numbers, names that stand twice. */
class Speller {
  readonly #random: Random;
  readonly #isShuffled: boolean;
  readonly #space: number;
  readonly #escapes: number;
  readonly #twice: number;

  constructor(random: Random) {
    this.#random = random;
    this.#isShuffled = random() < 0.5;
    this.#space = random() < 0.5 ? 0.1 : 0;
    this.#escapes = random() < 0.5 ? 0.02 : 0;
    this.#twice = random() < 0.1 ? 0.01 : 0;
  }

  text(value: Json): string {
    if (typeof value === "string") return this.#string(value);
    if (typeof value === "number") return this.#number(value);
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${this.#join(value.map((item) => this.#spaced(this.text(item))))}]`;
    const members = Object.entries(value).flatMap(([name, inner]) => {
      const member = `${this.#spaced(this.#string(name))}:${this.#spaced(this.text(inner))}`;
      return this.#random() < this.#twice ? [member, member] : [member];
    });
    return `{${this.#join(this.#isShuffled ? this.#shuffled(members) : members)}}`;
  }

  #join(parts: readonly string[]): string {
    return parts.length === 0 ? this.#spaced("") : parts.join(",");
  }

  #spaced(text: string): string {
    if (this.#random() >= this.#space) return text;
    return `${pick([" ", "\n", "\t\r ", "  "], this.#random)}${text} `;
  }

  #string(text: string): string {
    const quoted = JSON.stringify(text);
    if (this.#escapes === 0) return quoted;
    return quoted.replaceAll(/(?<!\\)(?:[a-zA-Z0-9/-])/g, (character, at: number) => {
      // What follows a backslash belongs to it; four digits follow \u.
      if (
        this.#random() >= this.#escapes ||
        /\\u?[0-9a-f]{0,3}$/.test(quoted.slice(Math.max(0, at - 6), at))
      ) {
        return character;
      }
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    });
  }

  #number(value: number): string {
    const text = JSON.stringify(value);
    if (this.#random() < 0.7) return text;
    if (/^-?\d+$/.test(text))
      return pick([`${text}.0`, `${text}e0`, `${text}E+0`, `${text}.00e-0`], this.#random) ?? text;
    return /^-?\d+\.\d+$/.test(text) ? `${text}0` : text;
  }

  #shuffled(members: readonly string[]): string[] {
    return members
      .map((member) => [member, this.#random()] as const)
      .toSorted((a, b) => a[1] - b[1])
      .map(([member]) => member);
  }
}

/** Bytes that break JSON or UTF-8 at most places, and at some do not. */
const STRANGE = [
  [0x00],
  [0x0a],
  [0x1f],
  [0x22],
  [0x2c],
  [0x30],
  [0x3a],
  [0x5b],
  [0x5c],
  [0x5d],
  [0x7b],
  [0x7d],
  [0x7f],
  [0x80],
  [0xc0, 0x80],
  [0xe0, 0x80, 0x80],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xff],
  [0xe0, 0xa4, 0xb2],
  [0xf0, 0x9f, 0x98, 0x80],
];

function broken(bytes: Uint8Array, random: Random): Uint8Array {
  const at = Math.floor(random() * (bytes.length + 1));
  const to = Math.min(bytes.length, at + Math.floor(random() ** 3 * 40));
  const strange = pick(STRANGE, random) ?? [];
  const chance = random();
  if (chance < 0.1) return bytes.slice(0, at);
  if (chance < 0.2) return Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes]);
  if (chance < 0.3) return Uint8Array.from([...bytes, ...strange]);
  if (chance < 0.5) return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(to)]);
  if (chance < 0.6) return Uint8Array.from([...bytes.slice(0, to), ...bytes.slice(at)]);
  return Uint8Array.from([...bytes.slice(0, at), ...strange, ...bytes.slice(chance < 0.8 ? at : to)]);
}
