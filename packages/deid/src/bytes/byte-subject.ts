import { type AnyResource, type Json, JsonCursor } from "@aarohan/fhir";
import type { Subject } from "../subject.ts";
import { hasEscape } from "./has-escape.ts";
import { needsObjects } from "./needs-objects.ts";

const QUOTE = 0x22;

/** A resource whose bytes are walked. The members at which rules look are read when they are needed, behind the place too. */
export class ByteSubject implements Subject {
  type = "";
  extensions: Json[] | undefined = undefined;
  short: string | undefined = undefined;
  shift: number | undefined = undefined;
  /** True once labels stand in `meta`. */
  isLabelled = false;
  /** Where in the output the value of `extension` begins, or -1. */
  extensionAt = -1;
  /** True once all members have been passed. */
  isPassed = false;
  readonly #cursor: JsonCursor;
  #beside: readonly string[] = [];
  /** Where the resource begins. */
  #start = 0;
  /** Begin and end of each of the members; 0 for one that was not passed. */
  readonly #spans: number[] = [];
  #source: AnyResource | undefined = undefined;

  constructor(cursor: JsonCursor) {
    this.#cursor = cursor;
  }

  /** Another resource, at the cursor's place. `beside`: names of the members at which rules look, the id first. */
  begin(type: string, beside: readonly string[]): void {
    this.type = type;
    this.extensions = undefined;
    this.short = undefined;
    this.shift = undefined;
    this.isLabelled = false;
    this.extensionAt = -1;
    this.isPassed = false;
    this.#beside = beside;
    this.#start = this.#cursor.at;
    this.#source = undefined;
    for (let index = 0; index < 2 * beside.length; index += 1) this.#spans[index] = 0;
  }

  get id(): string {
    const { id } = this.identity;
    return typeof id === "string" ? id : "";
  }

  /** Type and id alone. */
  get identity(): AnyResource {
    if (this.#source !== undefined) return this.#source;
    const end = this.#spans[1] ?? 0;
    if (end === 0) return this.source;
    return { resourceType: this.type, id: this.#value(this.#spans[0] ?? 0, end) };
  }

  get source(): AnyResource {
    if (this.#source !== undefined) return this.#source;
    if (!this.isPassed) this.#locate();
    let source: AnyResource = { resourceType: this.type };
    for (const place of this.#beside.keys()) source = { ...source, ...this.#member(place) };
    this.#source = source;
    return source;
  }

  /** A member has been passed. */
  note(place: number, start: number, end: number): void {
    this.#spans[2 * place] = start;
    this.#spans[2 * place + 1] = end;
  }

  /** Contained resources are found by their ids, wherever they stand. */
  renamed(): never {
    throw needsObjects;
  }

  #member(place: number): Readonly<Record<string, Json>> {
    const name = this.#beside[place];
    const start = this.#spans[2 * place] ?? 0;
    const end = this.#spans[2 * place + 1] ?? 0;
    return name === undefined || end === 0 ? {} : { [name]: this.#value(start, end) };
  }

  #value(start: number, end: number): Json {
    const { bytes } = this.#cursor;
    const isPlain = bytes[start] === QUOTE && !hasEscape(bytes, start, end);
    return isPlain ? this.#cursor.textOf(start + 1, end - 1) : this.#cursor.valueOf(start, end);
  }

  /** Reads ahead: rules may need a member that stands behind the one that they are at. */
  #locate(): void {
    const { bytes, end } = this.#cursor;
    const ahead = new JsonCursor();
    ahead.begin(bytes, this.#start, end);
    if (!ahead.enterObject()) return;
    do {
      const nameStart = ahead.at;
      const behind = ahead.skipName();
      const place = this.#placeOf(ahead.valueOf(nameStart, behind));
      const start = ahead.at;
      ahead.skipValue();
      if (place >= 0) this.note(place, start, ahead.at);
    } while (ahead.nextMember());
  }

  #placeOf(name: Json): number {
    return typeof name === "string" ? this.#beside.indexOf(name) : -1;
  }
}
