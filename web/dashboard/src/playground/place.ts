import type { Json, JsonObject } from "@aarohan/fhir";
import { isObject } from "./json-value.ts";

/** One step down: by its name in the source, the name under which it leaves, and the item of the list. */
export interface Step {
  readonly name: string;
  readonly as: string;
  readonly index?: number;
  /** Items of a questionnaire are told apart by it. */
  readonly linkId?: string;
}

export type Place = readonly Step[];

/** `name[0].given[1]`, as FHIRPath writes it. */
export function placeText(place: Place): string {
  return place.map(({ name, index }) => (index === undefined ? name : `${name}[${index}]`)).join(".");
}

/**
 * A copy in which each list on the way holds nothing but the item that the way goes through. Items of a questionnaire
 * stay all: a district is told only beside its state.
 */
export function narrowed(source: JsonObject, place: Place): JsonObject {
  const [step, ...rest] = place;
  if (step === undefined) return source;
  const { name, index, linkId } = step;
  const value = source[name];
  if (!Array.isArray(value) || index === undefined) {
    return isObject(value) ? { ...source, [name]: narrowed(value, rest) } : source;
  }
  const own = value[index];
  const inner = isObject(own) ? narrowed(own, rest) : own;
  if (inner === undefined) return source;
  const items = linkId === undefined ? [inner] : value.map((item, at) => (at === index ? inner : item));
  return { ...source, [name]: items };
}

/** What stands at the place in what came of a narrowed source. */
export function valueAt(output: Json | undefined, place: Place): Json | undefined {
  return place.reduce<Json | undefined>((value, { as, index, linkId }) => {
    const member = isObject(value) ? value[as] : undefined;
    if (index === undefined || !Array.isArray(member)) return member;
    return linkId === undefined ? member[0] : member.find((item) => isObject(item) && item.linkId === linkId);
  }, output);
}
