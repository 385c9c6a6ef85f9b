import { isResourceType } from "../resource-type.ts";
import {
  type Containment,
  containmentOf,
  forbiddenMeta,
  noteReference,
  unconnectedPlaces,
} from "./containment.ts";
import { IssueTrail } from "./issue-trail.ts";
import { isJsonRecord, type JsonRecord, own } from "./json-object.ts";
import {
  type ExtrasProperty,
  type Property,
  shapeOf,
  type TypeShape,
  type ValueProperty,
} from "./type-shape.ts";
import type { ValidationCode, ValidationIssue } from "./validation-issue.ts";

export interface ValidationOptions {
  /** Issues to report at most. Default 100. */
  readonly maxIssues?: number;
}

/** What is wrong with a value; its path is known to who asks. `undefined` if nothing is, or what is was reported within. */
type Fault = ValidationCode | undefined;

interface Validation {
  readonly trail: IssueTrail;
  /** Of the resource at hand; `undefined` if it contains no resources. */
  containment: Containment | undefined;
  /** Index in `contained` of the resource at hand, or -1. */
  containedPlace: number;
}

/** Objects within objects, the outermost included: deeper than any known resource, shallow enough for any stack. */
const LEVELS_MAX = 100;

/**
 * Checks parsed JSON against the structure of FHIR R4: types, elements, cardinalities, choices, primitives, required
 * bindings of codes, contained resources (dom-2 to dom-5) and extensions (ext-1). It does not check other invariants,
 * profiles, targets of references, or the XHTML of narratives. Never throws; takes time in proportion to the value, and
 * ends at `maxIssues`, or at the first object that is more than 100 levels deep. `[]` if nothing is wrong.
 */
export function validateResource(
  resource: unknown,
  options: ValidationOptions = {},
): readonly ValidationIssue[] {
  const trail = new IssueTrail(options.maxIssues ?? 100);
  const name = (isJsonRecord(resource) && typeOf(resource)) || "Resource";
  const fault = resourceFault({ trail, containment: undefined, containedPlace: -1 }, resource, name);
  if (fault !== undefined) trail.report(fault, name);
  return trail.issues;
}

function resourceFault(validation: Validation, value: unknown, name: string): Fault {
  if (!isJsonRecord(value)) return "wrong-type";
  const type = typeOf(value);
  if (type === undefined) return "unknown-resource-type";
  const { containment, containedPlace } = validation;
  validation.containment = containmentOf(value);
  validation.containedPlace = -1;
  checkObject(validation, value, shapeOf(type), name, -1);
  validation.containment = containment;
  validation.containedPlace = containedPlace;
  return undefined;
}

function containedFault(validation: Validation, value: unknown, place: number): Fault {
  if (!isJsonRecord(value)) return "wrong-type";
  const type = typeOf(value);
  if (type === undefined) return "unknown-resource-type";
  validation.containedPlace = place;
  checkObject(validation, value, shapeOf(type), "contained", place);
  validation.containedPlace = -1;
  for (const name of forbiddenMeta(value)) {
    validation.trail.report("nesting", `contained[${place}].meta.${name}`);
  }
  return undefined;
}

/** The type that a resource names, if R4 has it. */
function typeOf(resource: JsonRecord): string | undefined {
  const type = own(resource, "resourceType");
  return typeof type === "string" && isResourceType(type) ? type : undefined;
}

/** `name` and `index` are its place in the object that holds it; `index` is -1 outside a list. */
function checkObject(
  validation: Validation,
  object: JsonRecord,
  shape: TypeShape,
  name: string,
  index: number,
): void {
  const { trail } = validation;
  if (trail.depth >= LEVELS_MAX) {
    trail.report("nesting", name, index);
    trail.stop();
    return;
  }
  trail.enter(name, index);
  checkElements(validation, object, shape);
  trail.leave();
}

function checkElements(validation: Validation, object: JsonRecord, shape: TypeShape): void {
  const { trail } = validation;
  let given = 0;
  let givenTwice = 0;
  for (const name of Object.keys(object)) {
    if (trail.stopped) return;
    if (object[name] === undefined) continue;
    const property = shape.properties.get(name);
    if (property === undefined) {
      if (!shape.isResource || name !== "resourceType") trail.report("unknown-element", "?");
      continue;
    }
    givenTwice |= given & property.choiceBit;
    given |= property.choiceBit;
    const fault = propertyFault(validation, object, property, name);
    if (fault !== undefined) trail.report(fault, name);
  }
  checkRequired(trail, object, shape, given);
  if (givenTwice !== 0) checkChoices(trail, object, shape, givenTwice);
  if (shape.isExtension) checkExtension(trail, object, given !== 0);
  if (shape.isResource) checkConnected(validation, object);
}

function propertyFault(validation: Validation, object: JsonRecord, property: Property, name: string): Fault {
  const value = object[name];
  if (value === null) return "empty";
  if (property.repeats !== Array.isArray(value)) return "cardinality";
  if (!Array.isArray(value)) return itemFault(validation, object, property, name, -1, value);
  if (value.length === 0) return "empty";
  if (property.kind === "resource" && validation.containedPlace >= 0) return "nesting";
  for (let index = 0; index < value.length && !validation.trail.stopped; index += 1) {
    const fault = itemFault(validation, object, property, name, index, value[index]);
    if (fault !== undefined) validation.trail.report(fault, name, index);
  }
  return property.kind === "extras" ? parallelFault(value, own(object, property.partner)) : undefined;
}

/** FHIR R4 §2.6.1.3: nulls "fill out both arrays". */
function parallelFault(extras: readonly unknown[], values: unknown): Fault {
  return Array.isArray(values) && values.length !== extras.length ? "cardinality" : undefined;
}

function itemFault(
  validation: Validation,
  object: JsonRecord,
  property: Property,
  name: string,
  index: number,
  value: unknown,
): Fault {
  switch (property.kind) {
    case "value":
      return value === null || value === undefined
        ? absentValueFault(object, property, index)
        : valueFault(validation, property, value);
    case "extras":
      return extrasFault(validation, object, property, name, index, value);
    case "complex":
      return complexFault(validation, property.type, name, index, value);
    case "resource":
      return index < 0 ? resourceFault(validation, value, name) : containedFault(validation, value, index);
  }
}

/** A list of values has null only where the list of their extensions has something. */
function absentValueFault(object: JsonRecord, { partner }: ValueProperty, index: number): Fault {
  return isJsonRecord(partnerOf(object, partner, index)) ? undefined : "empty";
}

function valueFault(validation: Validation, property: ValueProperty, value: unknown): Fault {
  const fault = property.check(value);
  if (fault !== undefined || typeof value !== "string") return fault;
  if (property.codes?.has(value) === false) return "invalid-value";
  if (validation.containment !== undefined && property.refers && value.startsWith("#")) {
    noteReference(validation.containment, value, validation.containedPlace);
  }
  return undefined;
}

function extrasFault(
  validation: Validation,
  object: JsonRecord,
  { partner }: ExtrasProperty,
  name: string,
  index: number,
  value: unknown,
): Fault {
  if (value === null || value === undefined) {
    // Where the list of values is null too, it is reported there.
    return own(object, partner) === undefined ? "empty" : undefined;
  }
  if (!isJsonRecord(value)) return "wrong-type";
  if (isBare(value) && !(own(value, "id") !== undefined && hasValue(partnerOf(object, partner, index)))) {
    return "empty";
  }
  checkObject(validation, value, shapeOf("Element"), name, index);
  return undefined;
}

function complexFault(
  validation: Validation,
  type: string,
  name: string,
  index: number,
  value: unknown,
): Fault {
  if (!hasValue(value)) return "empty";
  if (!isJsonRecord(value)) return "wrong-type";
  if (isBare(value)) return "empty";
  checkObject(validation, value, shapeOf(type), name, index);
  return undefined;
}

function checkRequired(trail: IssueTrail, object: JsonRecord, shape: TypeShape, given: number): void {
  for (const name of shape.required) {
    if (own(object, name) === undefined && !hasExtension(own(object, `_${name}`))) {
      trail.report("required", name);
    }
  }
  for (const { name, bit } of shape.requiredChoices) {
    if ((given & bit) === 0) trail.report("required", name);
  }
}

/** A value and its `_` property are one choice, not two. */
function checkChoices(trail: IssueTrail, object: JsonRecord, shape: TypeShape, givenTwice: number): void {
  for (const { name, bit, properties } of shape.choices) {
    if ((givenTwice & bit) === 0) continue;
    const types = properties.filter(
      (p) => own(object, p) !== undefined || own(object, `_${p}`) !== undefined,
    );
    if (types.length > 1) trail.report("choice", name);
  }
}

/** ext-1: "Must have either extensions or value[x], not both". */
function checkExtension(trail: IssueTrail, extension: JsonRecord, hasOwnValue: boolean): void {
  if (hasOwnValue !== (own(extension, "extension") !== undefined)) return;
  trail.report(hasOwnValue ? "choice" : "required", "value[x]");
}

function checkConnected({ trail, containment, containedPlace }: Validation, resource: JsonRecord): void {
  if (containment === undefined || containedPlace >= 0) return;
  for (const place of unconnectedPlaces(containment, resource)) trail.report("nesting", "contained", place);
}

/** What belongs to the same value in the other of a primitive's two properties. */
function partnerOf(object: JsonRecord, partner: string | undefined, index: number): unknown {
  const other = partner === undefined ? undefined : own(object, partner);
  if (index < 0) return other;
  return Array.isArray(other) ? other[index] : undefined;
}

/** ele-1: "All FHIR elements must have a @value or children", the id not being one. */
function isBare(element: JsonRecord): boolean {
  return !Object.keys(element).some((name) => name !== "id" && element[name] !== undefined);
}

function hasValue(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Such as a reason why the value is absent. */
function hasExtension(extras: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(extras) ? extras : [extras];
  return list.some((item) => isJsonRecord(item) && own(item, "extension") !== undefined);
}
