import { type Json, JsonCursor, MalformedJson } from "@aarohan/fhir";
import { isObject } from "../json-object.ts";
import type { Plan } from "../plan.ts";
import type { RunCounts } from "../run-report.ts";
import type { ValueRules } from "../value-rules.ts";
import { MAXIMUM_DEPTH, MAXIMUM_NESTING } from "../walk-limits.ts";
import type { WithholdReason } from "../withheld.ts";
import { type ByteElements, type ByteNode, type BytePlan, bytePlanOf, DROPPED, STEP } from "./byte-plan.ts";
import { ByteSubject } from "./byte-subject.ts";
import { ByteWriter } from "./byte-writer.ts";
import { CountJournal } from "./count-journal.ts";
import { hasEscape } from "./has-escape.ts";
import { needsObjects } from "./needs-objects.ts";
import { SpanMemo } from "./span-memo.ts";
import { assertNamesOnce, memberSpan } from "./strict-value.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LETTER_N = 0x6e;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Shorter values are passed over as fast as they are compared. */
const LEAST_REMEMBERED = 32;

const encoder = new TextEncoder();
const TYPE_FIRST = encoder.encode('{"resourceType":"');
const REFERENCE_FIRST = encoder.encode('{"reference":"');

/**
 * Walks the bytes of resources by a plan, once: keeps spans, passes over what is dropped, and decodes what rules look at.
 * Holds about 1.5 MB of spans that came before, beside the output.
 */
export class ByteTransform {
  readonly #plan: Plan;
  readonly #bytePlan: BytePlan;
  readonly #rules: ValueRules;
  readonly #journal: CountJournal;
  readonly #memo: SpanMemo;
  readonly #cursor = new JsonCursor();
  readonly #labels: Uint8Array | undefined;
  #out = new ByteWriter(0);
  readonly #subjects: ByteSubject[] = [];
  #subject: ByteSubject;
  #marks = new Int32Array(256);
  #marked = 0;
  /** Where the name stands that was passed last, without its quotes. */
  #nameStart = 0;
  #nameEnd = 0;
  #nesting = 0;
  #withheld: WithholdReason | undefined;

  constructor(plan: Plan, rules: ValueRules, counts: RunCounts) {
    this.#plan = plan;
    this.#bytePlan = bytePlanOf(plan);
    this.#rules = rules;
    this.#journal = new CountJournal(counts);
    this.#memo = new SpanMemo(2 * plan.nodes.length);
    const { labels } = rules;
    this.#labels = labels === undefined ? undefined : encoder.encode(`"security":${JSON.stringify(labels)}`);
    this.#subject = new ByteSubject(this.#cursor);
  }

  /**
   * Appends what is released of the resource that stands from `start` to `end`; else the reason why nothing is. Throws
   * MalformedJson and NeedsObjects: then nothing has been appended or counted.
   */
  resource(bytes: Uint8Array, start: number, end: number, output: ByteWriter): WithholdReason | undefined {
    const began = output.length;
    this.#out = output;
    this.#marked = 0;
    this.#nesting = 0;
    this.#withheld = undefined;
    this.#journal.truncate(0);
    this.#memo.look(bytes);
    try {
      this.#cursor.begin(bytes, start, end);
      const reason = this.#resource();
      this.#cursor.assertEnd();
      if (reason === "no-type") throw new MalformedJson();
      if (reason !== undefined) output.length = began;
      this.#journal.commit();
      return reason;
    } catch (error) {
      output.length = began;
      throw error;
    }
  }

  /** The resource at the place, which is passed. */
  #resource(): WithholdReason | "no-type" | undefined {
    const cursor = this.#cursor;
    if (cursor.byte() !== OPEN_BRACE) {
      cursor.skipValue();
      return "no-type";
    }
    const elements = this.#typeHere();
    if (elements === undefined || elements === "no-type") {
      cursor.skipValue();
      return elements ?? "resource-type";
    }
    if (elements.isForObjects) throw needsObjects;
    if (this.#plan.whole.has(elements.plan.index)) {
      this.#copy(0, false);
      return undefined;
    }
    return this.#walked(elements);
  }

  #walked(elements: ByteElements): WithholdReason | undefined {
    const subject = this.#subjectHere(elements);
    this.#subject = subject;
    const counted = this.#journal.length;
    this.#out.copy(elements.head, 0, elements.head.length);
    this.#fill(elements, 0, true);
    subject.isPassed = true;
    const source = this.#rules.asksConsent(subject.type) ? subject.source : subject.identity;
    const refusal = this.#rules.refusal(elements.plan, source);
    if (refusal !== undefined) {
      this.#journal.truncate(counted);
      return refusal;
    }
    if (this.#withheld !== undefined) return this.#withheld;
    this.#addLabels(subject);
    this.#addExtensions(subject);
    this.#out.replaceLast(CLOSE_BRACE);
    return undefined;
  }

  /** One for each resource around: what is inside another does not change what is known of that. */
  #subjectHere({ plan, beside }: ByteElements): ByteSubject {
    const subject = this.#subjects[this.#nesting] ?? new ByteSubject(this.#cursor);
    this.#subjects[this.#nesting] = subject;
    subject.begin(plan.path, beside);
    return subject;
  }

  /** Elements of the type that the resource at the place has; `undefined` where none of it leaves. */
  #typeHere(): ByteElements | "no-type" | undefined {
    const { bytes, at, end } = this.#cursor;
    const start = at + TYPE_FIRST.length;
    const stop = startsWith(bytes, at, TYPE_FIRST) ? bytes.indexOf(QUOTE, start) : -1;
    if (stop > 0 && stop < end && !hasEscape(bytes, start, stop))
      return this.#bytePlan.resource(bytes, start, stop);
    const ahead = new JsonCursor();
    ahead.begin(bytes, at, end);
    const type = memberSpan(ahead, "resourceType");
    if (type === undefined) return "no-type";
    const name = ahead.valueOf(type.start, type.end);
    return typeof name === "string" ? this.#bytePlan.resourceNamed(name) : "no-type";
  }

  #addLabels(subject: ByteSubject): void {
    if (this.#labels === undefined || subject.isLabelled) return;
    this.#out.ascii('"meta":{');
    this.#out.copy(this.#labels, 0, this.#labels.length);
    this.#out.ascii("},");
  }

  /** The extensions that rules add to the root stand before those that were there. */
  #addExtensions({ extensions, extensionAt }: ByteSubject): void {
    if (extensions === undefined) return;
    const text = JSON.stringify(extensions);
    if (extensionAt < 0) this.#out.ascii(`"extension":${text},`);
    else if (this.#out.bytes[extensionAt] !== OPEN_BRACKET) throw needsObjects;
    else this.#out.insert(extensionAt + 1, encoder.encode(`${text.slice(1, -1)},`));
  }

  /** Walks the members of the object at the place; false where nothing is left, and nothing is written. */
  #fill(elements: ByteElements, depth: number, root: boolean): boolean {
    const cursor = this.#cursor;
    const out = this.#out;
    const start = out.length;
    const marks = this.#open(elements.words);
    let empty = true;
    let others: Set<string> | undefined;
    if (!root) out.byte(OPEN_BRACE);
    let last = elements.quoted.length;
    if (cursor.enterObject()) {
      do {
        const ordinal = this.#ordinal(elements, last);
        if (ordinal < 0) {
          others = this.#once(others);
          if (this.#unknown(elements, depth)) empty = false;
          continue;
        }
        last = ordinal;
        if (!this.#mark(marks, ordinal)) throw new MalformedJson();
        const node = elements.nodes[ordinal];
        if (node === undefined) cursor.skipValue();
        else if (this.#member(elements, node, marks, depth, root)) empty = false;
      } while (cursor.nextMember());
    }
    const isLeft = root || !empty;
    if (isLeft) this.#maskRequired(elements, marks);
    this.#marked = marks;
    if (!isLeft) out.length = start;
    else if (!root) out.replaceLast(CLOSE_BRACE);
    return isLeft;
  }

  /** One member whose value is at the place; false where nothing of it leaves. */
  #member(elements: ByteElements, node: ByteNode, marks: number, depth: number, root: boolean): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    this.#journal.seen(node.index);
    let isLeft = false;
    if (node.step === STEP.drop) this.#drop(node);
    else if (node.choice >= 0 && this.#isMarked(marks, node.choice)) cursor.skipValue();
    else isLeft = this.#written(elements, node, marks, depth, root);
    if (root && node.beside >= 0) this.#subject.note(node.beside, start, cursor.at);
    return isLeft;
  }

  #written(elements: ByteElements, node: ByteNode, marks: number, depth: number, root: boolean): boolean {
    const out = this.#out;
    const before = out.length;
    out.copy(node.key, 0, node.key.length);
    const at = out.length;
    if (!this.#element(node, depth)) {
      out.length = before;
      return false;
    }
    this.#journal.left(node.index);
    this.#mark(marks, node.left);
    // Two values of one choice are not R4: the first stands.
    if (node.choice >= 0) this.#mark(marks, node.choice);
    if (root) this.#noteRoot(elements, node, at);
    out.byte(COMMA);
    return true;
  }

  #noteRoot(elements: ByteElements, node: ByteNode, at: number): void {
    const subject = this.#subject;
    if (node === elements.nodes[elements.extension]) subject.extensionAt = at;
    if (this.#labels === undefined || node !== elements.nodes[elements.meta]) return;
    this.#out.replaceLast(COMMA);
    this.#out.copy(this.#labels, 0, this.#labels.length);
    this.#out.byte(CLOSE_BRACE);
    subject.isLabelled = true;
  }

  #element(node: ByteNode, depth: number): boolean {
    switch (node.step) {
      case STEP.whole:
        return this.#copy(depth, this.#plan.types.size > 0);
      case STEP.instead:
        this.#cursor.skipValue();
        return this.#json(this.#rules.instead(node.plan, this.#subject));
      case STEP.answers:
        return this.#json(this.#rules.answers(this.#strict(), this.#subject));
      case STEP.withhold:
        this.#cursor.skipValue();
        this.#withheld ??= this.#rules.withholding(node.plan);
        this.#journal.isStopped = true;
        return false;
      default:
        return this.#isRepeating(node, depth)
          ? this.#rememberedWhole(node, depth)
          : this.#valued(node, depth);
    }
  }

  /** True for a container that may have stood here before, and stands far from the greatest depth. */
  #isRepeating(node: ByteNode, depth: number): boolean {
    if (node.wholeMemo === 0 || depth > MAXIMUM_DEPTH / 2 || this.#journal.isStopped) return false;
    const byte = this.#cursor.byte();
    return (byte === OPEN_BRACE || byte === OPEN_BRACKET) && this.#memo.isWorth(node.index);
  }

  #valued(node: ByteNode, depth: number): boolean {
    return node.list ? this.#list(node, depth) : this.#single(node, depth);
  }

  #list(node: ByteNode, depth: number): boolean {
    const cursor = this.#cursor;
    const out = this.#out;
    if (cursor.byte() !== OPEN_BRACKET) {
      cursor.skipValue();
      return false;
    }
    const start = out.length;
    out.byte(OPEN_BRACKET);
    if (cursor.enterArray()) {
      do {
        const before = out.length;
        if (this.#single(node, depth)) out.byte(COMMA);
        else out.length = before;
      } while (cursor.nextItem());
    }
    if (out.length === start + 1) return false;
    out.replaceLast(CLOSE_BRACKET);
    return true;
  }

  #single(node: ByteNode, depth: number): boolean {
    const byte = this.#cursor.byte();
    if (byte === OPEN_BRACE) {
      if (depth < MAXIMUM_DEPTH) return this.#object(node, depth);
    } else if (node.step === STEP.rule && byte !== OPEN_BRACKET && byte !== LETTER_N) {
      if (byte !== QUOTE) return this.#plain(node);
      return this.#isMemorable(node) ? this.#remembered(node) : this.#text(node);
    }
    this.#cursor.skipValue();
    return false;
  }

  #object(node: ByteNode, depth: number): boolean {
    const { action } = node.plan;
    if (action.method === "elements") {
      return this.#fill(this.#bytePlan.elements(action.elements), depth + 1, false);
    }
    if (action.method === "extensions") return this.#extension(action.byUrl, depth);
    if (action.method === "resource") return this.#nested();
    return this.#isMemorable(node) ? this.#remembered(node) : this.#taken(node);
  }

  #isMemorable(node: ByteNode): boolean {
    return node.memo > 0 && this.#memo.isWorth(node.memoPlace);
  }

  /** Booleans and numbers: those that are kept stay as they are written. */
  #plain(node: ByteNode): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.skipValue();
    const value = cursor.valueOf(start, cursor.at);
    if (typeof value !== "number" && typeof value !== "boolean") return false;
    const { action } = node.plan;
    const result = this.#rules.plain(action, value);
    if (action.method !== "keepNumber" || result === undefined) return this.#json(result);
    this.#out.copy(cursor.bytes, start, cursor.at);
    return true;
  }

  #text(node: ByteNode): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.skipString();
    const { isEscaped, at } = cursor;
    const text = isEscaped ? cursor.valueOf(start, at) : cursor.textOf(start + 1, at - 1);
    if (typeof text !== "string") return false;
    const result = this.#rules.text(node.plan.action, text, this.#subject);
    if (isEscaped || result !== text) return this.#json(result);
    this.#out.copy(cursor.bytes, start, at);
    return true;
  }

  /** An object that a rule takes as a whole. */
  #taken(node: ByteNode): boolean {
    const start = this.#cursor.at;
    const { action } = node.plan;
    const value = action.method === "reference" ? this.#reference() : this.#strict();
    const result = isObject(value) ? this.#rules.object(action, value, this.#subject) : undefined;
    if (action.method !== "quantity" || !isObject(result)) return this.#json(result);
    return this.#quantity(start, result);
  }

  /** Its number stays as it is written. */
  #quantity(start: number, quantity: Readonly<Record<string, Json>>): boolean {
    const { bytes, at } = this.#cursor;
    const ahead = new JsonCursor();
    ahead.begin(bytes, start, at);
    const value = memberSpan(ahead, "value");
    const out = this.#out;
    out.byte(OPEN_BRACE);
    for (const [name, member] of Object.entries(quantity)) {
      out.ascii(`${JSON.stringify(name)}:`);
      if (name === "value" && value !== undefined) out.copy(bytes, value.start, value.end);
      else out.json(member);
      out.byte(COMMA);
    }
    out.replaceLast(CLOSE_BRACE);
    return true;
  }

  /** What the rule made of the same bytes before, or makes of them now. */
  #remembered(node: ByteNode): boolean {
    const cursor = this.#cursor;
    const memo = this.#memo;
    const start = cursor.at;
    const span = this.#known(node.memoPlace, node.memo);
    if (span >= 0) return this.#copyRemembered(span);
    cursor.at = start;
    const before = this.#out.length;
    const isLeft = cursor.byte() === QUOTE ? this.#text(node) : this.#taken(node);
    const released = isLeft ? this.#out.bytes.subarray(before, this.#out.length) : undefined;
    memo.note(node.memoPlace, memo.add(node.memo, start, cursor.at, released));
    return isLeft;
  }

  /** The same of a whole element, with what was counted in it. */
  #rememberedWhole(node: ByteNode, depth: number): boolean {
    const cursor = this.#cursor;
    const memo = this.#memo;
    const start = cursor.at;
    const span = this.#known(node.index, node.wholeMemo);
    if (span >= 0) {
      memo.recount(span, this.#journal);
      return this.#copyRemembered(span);
    }
    cursor.at = start;
    const before = this.#out.length;
    const counted = this.#journal.length;
    const isLeft = this.#valued(node, depth);
    const released = isLeft ? this.#out.bytes.subarray(before, this.#out.length) : undefined;
    const counts = this.#journal.since(counted);
    memo.note(node.index, memo.add(node.wholeMemo, start, cursor.at, released, counts));
    return isLeft;
  }

  /** The value at the place, which is passed, among those that are remembered; -1 where it is not. */
  #known(place: number, key: number): number {
    const cursor = this.#cursor;
    const memo = this.#memo;
    const start = cursor.at;
    const again = memo.again(place, start, cursor.end);
    if (again >= 0) {
      memo.settle(place, true);
      cursor.at = start + memo.lengthOf(again);
      return again;
    }
    cursor.skipValue();
    const span = memo.find(key, start, cursor.at);
    memo.settle(place, span >= 0);
    if (span >= 0) memo.note(place, span);
    return span;
  }

  #copyRemembered(span: number): boolean {
    const memo = this.#memo;
    const length = memo.releasedLength(span);
    if (length < 0) return false;
    const at = memo.releasedAt(span);
    this.#out.copyWords(memo.view, at, at + length);
    return true;
  }

  /** Passes over a value: the same objects are dropped from resource to resource. */
  #drop(node: ByteNode): void {
    const cursor = this.#cursor;
    const memo = this.#memo;
    const start = cursor.at;
    const byte = cursor.byte();
    if ((byte !== OPEN_BRACE && byte !== OPEN_BRACKET) || !memo.isWorth(node.index)) {
      cursor.skipValue();
      return;
    }
    if (this.#known(node.index, DROPPED) >= 0 || cursor.at - start < LEAST_REMEMBERED) return;
    memo.note(node.index, memo.add(DROPPED, start, cursor.at, undefined));
  }

  #extension(byUrl: ReadonlyMap<string, ReadonlyMap<string, ByteNode["plan"]>>, depth: number): boolean {
    const cursor = this.#cursor;
    const out = this.#out;
    const start = cursor.at;
    const value = this.#strict();
    const end = cursor.at;
    const url = isObject(value) ? value.url : undefined;
    const values = typeof url === "string" ? byUrl.get(url) : undefined;
    if (values === undefined || typeof url !== "string") return false;
    const before = out.length;
    for (const [name, inner] of values) {
      const ahead = new JsonCursor();
      ahead.begin(cursor.bytes, start, end);
      const member = memberSpan(ahead, name);
      if (member === undefined) continue;
      out.ascii(`{"url":${JSON.stringify(url)},${JSON.stringify(inner.as)}:`);
      cursor.at = member.start;
      const isLeft = this.#single(this.#bytePlan.node(inner), depth + 1);
      cursor.at = end;
      if (isLeft) {
        out.byte(CLOSE_BRACE);
        return true;
      }
      out.length = before;
    }
    return false;
  }

  /** A resource inside another that is no contained one (Bundle.entry.resource): as if it stood alone. */
  #nested(): boolean {
    const cursor = this.#cursor;
    if (this.#nesting >= MAXIMUM_NESTING) {
      cursor.skipValue();
      return false;
    }
    const outer = this.#subject;
    const withheld = this.#withheld;
    const { isStopped } = this.#journal;
    this.#withheld = undefined;
    this.#nesting += 1;
    const reason = this.#resource();
    this.#nesting -= 1;
    this.#subject = outer;
    this.#withheld = withheld;
    this.#journal.isStopped = isStopped;
    return reason === undefined;
  }

  /** Identified data: all of the value, in whatever order and spelling, but for white space and escapes. */
  #copy(depth: number, hasTypes: boolean): boolean {
    const cursor = this.#cursor;
    if (depth >= MAXIMUM_DEPTH) throw needsObjects;
    if (cursor.byte() === OPEN_BRACE) this.#copyObject(depth, hasTypes);
    else if (cursor.byte() === OPEN_BRACKET) this.#copyArray(depth, hasTypes);
    else this.#copyScalar();
    return true;
  }

  #copyObject(depth: number, hasTypes: boolean): void {
    const cursor = this.#cursor;
    const out = this.#out;
    out.byte(OPEN_BRACE);
    if (!cursor.enterObject()) {
      out.byte(CLOSE_BRACE);
      return;
    }
    let names: Set<string> | undefined;
    do {
      this.#nameStart = cursor.at + 1;
      this.#nameEnd = cursor.skipName() - 1;
      const name = this.#name();
      names = this.#once(names);
      // Values of extensions go by their data type.
      if (hasTypes && name.startsWith("value") && this.#plan.types.has(name.slice(5))) throw needsObjects;
      out.string(name);
      out.ascii(":");
      this.#copy(depth + 1, hasTypes);
      out.byte(COMMA);
    } while (cursor.nextMember());
    out.replaceLast(CLOSE_BRACE);
  }

  #copyArray(depth: number, hasTypes: boolean): void {
    const out = this.#out;
    out.byte(OPEN_BRACKET);
    if (!this.#cursor.enterArray()) {
      out.byte(CLOSE_BRACKET);
      return;
    }
    do {
      this.#copy(depth + 1, hasTypes);
      out.byte(COMMA);
    } while (this.#cursor.nextItem());
    out.replaceLast(CLOSE_BRACKET);
  }

  #copyScalar(): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    const isString = cursor.byte() === QUOTE;
    cursor.skipValue();
    if (isString && cursor.isEscaped) this.#out.json(cursor.valueOf(start, cursor.at));
    else this.#out.copy(cursor.bytes, start, cursor.at);
  }

  /** A member that R4 does not have, or the `_name` of a primitive: stays in identified data alone. */
  #unknown({ plan }: ByteElements, depth: number): boolean {
    const cursor = this.#cursor;
    const name = this.#name();
    const beside = name.startsWith("_") ? plan.nodes.get(name.slice(1)) : undefined;
    if (beside === undefined) this.#journal.unknown(plan.index);
    const isKept =
      plan.keepsUnknown && name !== "__proto__" && (beside?.action.method ?? "keepWhole") === "keepWhole";
    if (!isKept) {
      cursor.skipValue();
      return false;
    }
    this.#out.string(name);
    this.#out.ascii(":");
    this.#copy(depth, this.#plan.types.size > 0);
    this.#out.byte(COMMA);
    return true;
  }

  /** The names so far and this one, which must not be among them. */
  #once(names: Set<string> | undefined): Set<string> {
    const all = names ?? new Set();
    const name = this.#name();
    if (all.has(name)) throw new MalformedJson();
    return all.add(name);
  }

  /** The name that was passed last, and was not expected. */
  #name(): string {
    const cursor = this.#cursor;
    const start = this.#nameStart;
    const end = this.#nameEnd;
    return cursor.isEscaped ? String(cursor.valueOf(start - 1, end + 1)) : cursor.textOf(start, end);
  }

  /**
   * Passes the name at the place; its ordinal, -1 for one that the group does not have. Names mostly come in the order in
   * which they came before: `last` is the one before this.
   */
  #ordinal({ quoted, following, names, ordinals }: ByteElements, last: number): number {
    const cursor = this.#cursor;
    const expected = following[last] ?? 0;
    const expectedName = quoted[expected];
    if (expectedName !== undefined && cursor.skipExpected(expectedName)) return expected;
    this.#nameStart = cursor.at + 1;
    this.#nameEnd = cursor.skipName() - 1;
    const ordinal = cursor.isEscaped
      ? (ordinals.get(this.#name()) ?? -1)
      : names.find(cursor.bytes, this.#nameStart, this.#nameEnd);
    if (ordinal >= 0) following[last] = ordinal;
    return ordinal;
  }

  /** In identified data only what was there and could not stay: what the source lacks, it lacks. */
  #maskRequired({ required, plan }: ByteElements, marks: number): void {
    for (const { from, left, mask } of required) {
      if (this.#hasOne(marks, left)) continue;
      if (plan.keepsUnknown && !this.#hasOne(marks, from)) continue;
      this.#out.copy(mask, 0, mask.length);
      this.#out.byte(COMMA);
    }
  }

  /** The value at the place, parsed; a name that stands twice in an object of it is refused. */
  #strict(): Json {
    const cursor = this.#cursor;
    const start = cursor.at;
    const before = cursor.names;
    cursor.skipValue();
    const value = cursor.valueOf(start, cursor.at);
    assertNamesOnce(value, cursor.names - before);
    return value;
  }

  /** The Reference at the place. Nearly all hold nothing but a reference without escapes: that needs no parser. */
  #reference(): Json {
    const cursor = this.#cursor;
    const start = cursor.at;
    const before = cursor.names;
    cursor.skipValue();
    const textAt = start + REFERENCE_FIRST.length;
    const isAlone =
      cursor.names === before + 1 &&
      startsWith(cursor.bytes, start, REFERENCE_FIRST) &&
      cursor.bytes[cursor.at - 2] === QUOTE &&
      !hasEscape(cursor.bytes, textAt, cursor.at);
    if (isAlone) return { reference: cursor.textOf(textAt, cursor.at - 2) };
    cursor.at = start;
    cursor.names = before;
    return this.#strict();
  }

  #json(value: Json | undefined): boolean {
    if (value === undefined) return false;
    this.#out.json(value);
    return true;
  }

  /** Room for the marks of an object, none of them set. */
  #open(words: number): number {
    const marks = this.#marked;
    this.#marked = marks + words;
    if (this.#marked > this.#marks.length) {
      const larger = new Int32Array(2 * this.#marked);
      larger.set(this.#marks);
      this.#marks = larger;
    }
    for (let word = marks; word < this.#marked; word += 1) this.#marks[word] = 0;
    return marks;
  }

  /** False where it was marked before. */
  #mark(marks: number, mark: number): boolean {
    const word = marks + (mark >> 5);
    const bit = 1 << (mark & 31);
    const before = this.#marks[word] ?? 0;
    this.#marks[word] = before | bit;
    return (before & bit) === 0;
  }

  #hasOne(marks: number, wanted: readonly number[]): boolean {
    for (const mark of wanted) if (this.#isMarked(marks, mark)) return true;
    return false;
  }

  #isMarked(marks: number, mark: number): boolean {
    return ((this.#marks[marks + (mark >> 5)] ?? 0) & (1 << (mark & 31))) !== 0;
  }
}

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index += 1)
    if (bytes[at + index] !== wanted[index]) return false;
  return true;
}
