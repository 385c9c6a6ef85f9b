import {
  type AnyResource,
  choiceName,
  type ElementInfo,
  elementsOf,
  elementTypes,
  isResourceType,
  type Json,
} from "@aarohan/fhir";

/** A value that stands nowhere else, at one place of one resource. */
export interface Canary {
  /** Element path and data type, for the message of a failure. */
  readonly place: string;
  readonly resource: AnyResource;
  /** What must not come out, as it would stand in JSON. */
  readonly mark: string;
  /** The path of the element that holds it, as the plan names it: type of the owner, dot, JSON name. */
  readonly owner: string;
  readonly name: string;
}

let serial = 0;

/** Elements inside elements that a canary is put into one by one. */
const MAXIMUM_DEPTH = 7;
/** Levels that a stuffed value has. */
const STUFFED_DEPTH = 3;

/** For every element of every resource type, in all its data types, a resource that has a canary there and nowhere else. */
export function* canaries(): Generator<Canary> {
  for (const type of elementTypes().filter(isResourceType)) {
    const expanded = new Set<string>();
    for (const { path, value, mark, owner, name } of placesIn(type, type, expanded, 0)) {
      yield { place: path, resource: resourceWith(type, value), mark, owner, name };
    }
  }
}

function resourceWith(type: string, member: { readonly [name: string]: Json }): AnyResource {
  serial += 1;
  return { resourceType: type, id: `r${serial}`, ...member };
}

interface PlacedCanary {
  readonly path: string;
  readonly value: { readonly [name: string]: Json };
  readonly mark: string;
  readonly owner: string;
  readonly name: string;
}

/** Each element of a type, with the rest of its owner empty. */
function* placesIn(
  typeName: string,
  path: string,
  expanded: Set<string>,
  depth: number,
): Generator<PlacedCanary> {
  const table = elementsOf(typeName);
  if (table === undefined) return;
  for (const info of table.values()) {
    for (const type of info.types) yield* placesOf(typeName, path, info, type, expanded, depth);
  }
  yield unknownElement(typeName, path);
}

function* placesOf(
  typeName: string,
  path: string,
  info: ElementInfo,
  type: string,
  expanded: Set<string>,
  depth: number,
): Generator<PlacedCanary> {
  const name = info.name.endsWith("[x]") ? choiceName(info.name, type) : info.name;
  const at = `${path}.${name}`;
  const wrap = (value: Json): { readonly [name: string]: Json } => ({
    [name]: info.repeats ? [value] : value,
  });
  if (type === "Resource") {
    yield* containedCanaries(typeName, at, name, info.repeats);
    return;
  }
  if (/^[a-z]/.test(type)) {
    const { value, mark } = primitive(type, typeName === "Extension" && name === "url");
    yield { path: at, value: wrap(value), mark, owner: typeName, name };
    const hidden = canaryText();
    const sibling = { id: hidden, extension: [{ url: `http://x/${hidden}`, valueString: hidden }] };
    yield {
      path: `${at}._`,
      value: { [`_${name}`]: info.repeats ? [sibling] : sibling },
      mark: hidden,
      owner: typeName,
      name: `_${name}`,
    };
    return;
  }
  // Every place of a type holds it stuffed with canaries; element by element it is taken apart once a resource type.
  const mark = canaryText();
  yield { path: `${at} stuffed`, value: wrap(stuffed(type, mark, 0)), mark, owner: typeName, name };
  if (expanded.has(type) || depth >= MAXIMUM_DEPTH) return;
  expanded.add(type);
  for (const inner of placesIn(type, at, expanded, depth + 1)) {
    yield { ...inner, value: wrap(inner.value) };
  }
}

/** A value of which every element that takes a text holds the mark. */
function stuffed(typeName: string, mark: string, depth: number): { readonly [name: string]: Json } {
  const members: Record<string, Json> = { id: mark, [`x${mark}`]: mark };
  for (const info of elementsOf(typeName)?.values() ?? []) {
    const type = info.types.find((name) => TEXTS.has(name)) ?? info.types[0] ?? "";
    const name = info.name.endsWith("[x]") ? choiceName(info.name, type) : info.name;
    const isText = TEXTS.has(type);
    if (!isText && (/^[a-z]/.test(type) || type === "Resource" || depth >= STUFFED_DEPTH)) continue;
    // It would withhold the resource whole, and hide what happens to the rest.
    if (info.name === "modifierExtension") continue;
    const value = isText ? mark : stuffed(type, mark, depth + 1);
    members[name] = info.repeats ? [value] : value;
    if (isText) members[`_${name}`] = { id: mark };
  }
  return members;
}

const TEXTS = new Set("string markdown code id uri url canonical oid uuid xhtml base64Binary".split(" "));

function unknownElement(typeName: string, path: string): PlacedCanary {
  const mark = canaryText();
  return { path: `${path}.?`, value: { [`x${mark}`]: mark }, mark, owner: typeName, name: "?" };
}

/** Contained resources that something refers to, and ones that nothing does. */
function* containedCanaries(
  typeName: string,
  path: string,
  name: string,
  repeats: boolean,
): Generator<PlacedCanary> {
  const mark = canaryText();
  const resource = {
    resourceType: "Patient",
    id: mark,
    name: [{ family: mark }],
    address: [{ district: mark }],
    meta: { source: mark, tag: [{ code: mark }] },
  };
  const value: Json = repeats ? [resource] : resource;
  yield { path, value: { [name]: value }, mark, owner: typeName, name };
  const referred = { [name]: value, subject: { reference: `#${mark}`, display: mark } };
  yield { path: `${path} referred to`, value: referred, mark, owner: typeName, name };
}

function canaryText(): string {
  serial += 1;
  return `canary-${serial.toString(36)}-yranac`;
}

function primitive(type: string, isUrl: boolean): { readonly value: Json; readonly mark: string } {
  serial += 1;
  const text = canaryText();
  // A day that no rule keeps, in a year that rules may.
  const day = `${1950 + (serial % 70)}-0${1 + (serial % 9)}-${11 + (serial % 17)}`;
  switch (type) {
    case "boolean":
      return { value: true, mark: "no boolean tells anything" };
    case "integer":
    case "positiveInt":
    case "unsignedInt":
      return { value: 100_000 + serial, mark: String(100_000 + serial) };
    case "decimal":
      return { value: 200_000.125 + serial, mark: String(200_000.125 + serial) };
    case "date":
      return { value: day, mark: day };
    case "dateTime":
      return { value: `${day}T13:${11 + (serial % 40)}:07Z`, mark: `13:${11 + (serial % 40)}:07` };
    case "instant":
      return { value: `${day}T14:${11 + (serial % 40)}:07Z`, mark: `14:${11 + (serial % 40)}:07` };
    case "time":
      return {
        value: `15:${11 + (serial % 40)}:${10 + (serial % 49)}`,
        mark: `15:${11 + (serial % 40)}:${10 + (serial % 49)}`,
      };
    case "base64Binary":
      return { value: btoa(text), mark: btoa(text) };
    default:
      return { value: isUrl ? `http://x/${text}` : text, mark: text };
  }
}
