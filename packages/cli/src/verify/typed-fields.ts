import { isListedPlace, isShortForm } from "@aarohan/deid";
import {
  type AnyResource,
  choiceName,
  elementsOf,
  isResourceType,
  type Json,
  type JsonObject,
} from "@aarohan/fhir";
import type { Findings } from "./finding.ts";
import { identifierOfNumber, identifiersIn } from "./identifier-patterns.ts";

const MAXIMUM_DEPTH = 100;
const PEOPLE = ["Practitioner", "PractitionerRole", "RelatedPerson", "Person"];
/** Free text, and what else identifies wherever it stands: data type → elements, and what they are. */
const IDENTIFYING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Address: { text: "address", line: "address", city: "address below the district", postalCode: "PIN code" },
  ContactPoint: { value: "telephone or e-mail" },
  Attachment: { data: "attachment", url: "attachment", title: "attachment", hash: "attachment" },
  Annotation: { text: "note", authorString: "name" },
  Narrative: { div: "narrative" },
  Reference: { display: "name behind a reference", identifier: "identifier behind a reference" },
  CodeableConcept: { text: "free text of a concept" },
  Signature: { data: "signature" },
  "Location.position": { latitude: "coordinates", longitude: "coordinates" },
};
const DATA_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const TEXT_TYPES = ["string", "markdown"];
/** Text that the file's maker may have written for everybody: questions, and words for codes. */
const WORDS = /\.(?:display|unit|linkId)$|^QuestionnaireResponse\.item(?:\.item)*\.text$/;

/** Looks at every value of a resource, by its FHIR data type and by its form. Keeps nothing of it. */
export function inspectResource(resource: AnyResource, findings: Findings, place: string): void {
  new Inspection(findings, place).resource(resource, 0);
}

class Inspection {
  readonly #findings: Findings;
  readonly #place: string;
  /** Of the innermost item around. */
  #linkId = "";

  constructor(findings: Findings, place: string) {
    this.#findings = findings;
    this.#place = place;
  }

  resource(resource: JsonObject, depth: number): void {
    const { resourceType } = resource;
    if (typeof resourceType !== "string" || !isResourceType(resourceType)) return;
    if (PEOPLE.includes(resourceType)) this.#found("resource about a person", resourceType);
    this.#object(resource, resourceType, resourceType, depth);
    if (resource.meta !== undefined) this.#meta(resource.meta, resourceType);
  }

  #meta(meta: Json, type: string): void {
    if (!isObject(meta)) return;
    if (meta.tag !== undefined) this.#note("tags", `${type}.meta.tag`);
    if (meta.source !== undefined) this.#note("source system", `${type}.meta.source`);
  }

  #object(value: JsonObject, typeName: string, path: string, depth: number): void {
    if (depth > MAXIMUM_DEPTH) {
      this.#found("deeper than anything of FHIR", path);
      return;
    }
    if (typeName === "HumanName") this.#humanName(value, path);
    if (typeName === "Identifier") this.#identifier(value, path);
    if (typeName === "Reference") this.#reference(value, path);
    const around = this.#linkId;
    if (typeof value.linkId === "string") this.#linkId = value.linkId;
    const types = typesOf(typeName);
    for (const [name, member] of Object.entries(value)) {
      const type = types?.get(name.startsWith("_") ? name.slice(1) : name);
      const inner = type === undefined ? `${path}.?` : `${path}.${name}`;
      const what = Object.hasOwn(IDENTIFYING, typeName) ? IDENTIFYING[typeName]?.[name] : undefined;
      if (what !== undefined && !isMask(member)) this.#found(what, inner);
      for (const item of Array.isArray(member) ? member : [member])
        this.#value(item, type, inner, value, depth + 1);
    }
    this.#linkId = around;
  }

  #value(value: Json, type: string | undefined, path: string, owner: JsonObject, depth: number): void {
    if (typeof value === "string") this.#text(value, type, path, owner);
    else if (typeof value === "number") this.#number(value, path);
    else if (Array.isArray(value)) this.#found("list in a list", path);
    else if (isObject(value) && typeof value.resourceType === "string") this.resource(value, depth);
    else if (isObject(value)) this.#object(value, type ?? "", path, depth);
  }

  #text(text: string, type: string | undefined, path: string, owner: JsonObject): void {
    if (type === "date" || type === "dateTime" || type === "instant") {
      this.#date(text, path);
      return;
    }
    if (!isOpaque(text) && !(path.endsWith(".code") && isUrl(owner.system))) {
      for (const kind of identifiersIn(text)) this.#found(kind, path);
    }
    if (type === undefined || !TEXT_TYPES.includes(type) || WORDS.test(path)) return;
    if (/\p{L}\S*\s+\S*\p{L}/u.test(text) && !isListedPlace(text)) this.#found("free text", path);
  }

  #date(text: string, path: string): void {
    if (text.length < 10) return;
    if (path.endsWith(".birthDate")) {
      if (!text.endsWith("-01-01")) this.#found("full date of birth", path);
    } else if (!/-01-01$|T00:00:00(?:\.0+)?Z$/.test(text)) this.#note("date finer than the month", path);
  }

  #number(value: number, path: string): void {
    const kind = identifierOfNumber(value);
    if (kind !== undefined) this.#found(kind, path);
    const isPlace = /pin|postal|zip/i.test(this.#linkId);
    if (isPlace && value >= 110_000 && value <= 899_999) this.#found("PIN code", path);
  }

  #humanName(name: JsonObject, path: string): void {
    for (const part of ["text", "family", "given", "prefix", "suffix", "_family", "_given"]) {
      const value = name[part];
      const isPseudonym = part === "text" && typeof value === "string" && isShortForm(value);
      if (value !== undefined && !isPseudonym && !isMask(value)) this.#found("name", `${path}.${part}`);
    }
  }

  #identifier({ value }: JsonObject, path: string): void {
    if (typeof value === "string" && !isShortForm(value)) this.#found("identifier", `${path}.value`);
  }

  #reference({ reference }: JsonObject, path: string): void {
    if (typeof reference !== "string") return;
    const [type = ""] = reference.replace(/^https?:\/\/.*\/(?=[A-Z][A-Za-z]+\/[^/]+$)/, "").split("/");
    if (PEOPLE.includes(type)) this.#found("reference to staff or relatives", path);
    if (reference.includes("?")) this.#found("search in a reference", path);
  }

  #found(kind: string, path: string): void {
    this.#findings.add(kind, "identifies", path, this.#place);
  }

  #note(kind: string, path: string): void {
    this.#findings.add(kind, "note", path, this.#place);
  }
}

const known = new Map<string, ReadonlyMap<string, string>>();

/** JSON name → data type, for the elements of a type; `undefined` for primitives and what is unknown. */
function typesOf(typeName: string): ReadonlyMap<string, string> | undefined {
  const made = known.get(typeName);
  const elements = elementsOf(typeName);
  if (made !== undefined || elements === undefined) return made;
  const types = new Map<string, string>();
  for (const { name, types: all } of elements.values()) {
    for (const type of all) types.set(name.endsWith("[x]") ? choiceName(name, type) : name, type);
  }
  if (isResourceType(typeName)) types.set("resourceType", "code");
  known.set(typeName, types);
  return types;
}

/** Pseudonyms and UUIDs: their digits mean nothing. */
function isOpaque(text: string): boolean {
  return (
    /^(?:[A-Z][A-Za-z]+\/)?(?=[A-Za-z0-9.-]*[A-Za-z])[A-Za-z0-9.-]{24,64}$/.test(text) || isShortForm(text)
  );
}

function isUrl(text: Json | undefined): boolean {
  return typeof text === "string" && /^https?:\/\//.test(text);
}

/** data-absent-reason and nothing else. */
function isMask(value: Json): boolean {
  const item = Array.isArray(value) ? value[0] : value;
  if (!isObject(item) || !Object.keys(item).every((name) => name === "extension")) return false;
  const { extension } = item;
  return (
    Array.isArray(extension) && extension.every((one) => isObject(one) && one.url === DATA_ABSENT_REASON)
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
