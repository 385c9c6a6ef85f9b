import {
  type AnyResource,
  choiceName,
  type ElementInfo,
  elementsOf,
  elementTypes,
  isResourceType,
  type Json,
} from "@aarohan/fhir";
import { type Canary, CanarySource } from "./canary-source.ts";

/** Resources of one type that have canaries in all of one element: one resource for each way in which it can be filled. */
export interface CanaryResources {
  readonly resources: readonly AnyResource[];
  /** The canaries of all of them, by value. */
  readonly placed: ReadonlyMap<string | number, Canary>;
}

/**
 * - `strange`: canaries at every place, so that nothing is on any list.
 * - `plausible`: codes, quantities, addresses, extensions and references that policies release, with canaries at every
 *   other place in them.
 * - `modifier`: as `strange`, each modifierExtension that can stand below the root.
 */
export type CanaryManner = "strange" | "plausible" | "modifier";

type Members = Readonly<Record<string, Json>>;

/** An extension that a shipped policy names, so that all but its boolean is to be dropped. */
const LISTED_EXTENSION = "https://midas.iisc.ac.in/CodeSystem/refer-case";
const UCUM = "http://unitsofmeasure.org";

/** What stands in a `plausible` resource in place of canaries, by data type. */
const LISTED: Readonly<Record<string, Members>> = {
  Coding: { system: "http://loinc.org", code: "63638-1" },
  Quantity: { value: 5, system: UCUM, code: "%" },
  Duration: { value: 5, system: UCUM, code: "min" },
  Age: { value: 40, system: UCUM, code: "a" },
  Address: { district: "Mysore", state: "Karnataka", country: "IN" },
  Extension: { url: LISTED_EXTENSION },
  QuestionnaireResponse: { questionnaire: "Questionnaire/oral-cancer-screening" },
  "QuestionnaireResponse.item": { linkId: "symptoms" },
};
/** Members that a `plausible` value lacks: with them it would be another. */
const ABSENT: Readonly<Record<string, readonly string[]>> = { Age: ["comparator"] };

/**
 * For every resource type and every element of it, resources with canaries in all of the element: each data type of a
 * choice, nested elements, `_name` siblings, element ids, extensions, contained and inner resources, names that R4 does
 * not have. An element inside itself is walked once again, a data type inside itself is left out.
 */
export function* canaryResources(manner: CanaryManner): Generator<CanaryResources> {
  const flock = new Flock(manner);
  for (const type of elementTypes().filter(isResourceType)) yield* flock.resources(type);
}

class Flock {
  readonly #source = new CanarySource();
  readonly #manner: CanaryManner;

  constructor(manner: CanaryManner) {
    this.#manner = manner;
  }

  *resources(type: string): Generator<CanaryResources> {
    for (const info of elementsOf(type)?.values() ?? []) {
      // The id stands in each of them, what is contained has tests of its own, and a modifier would withhold the rest.
      if (info.name === "id" || info.name === "contained" || info.name === "modifierExtension") continue;
      yield this.#filled(type, this.#element(type, info, [], type));
    }
    yield this.#filled(type, [this.#manner === "modifier" ? this.#modifier(type) : this.#strangers(type)]);
  }

  #filled(type: string, variants: readonly Members[]): CanaryResources {
    const listed = this.#manner === "plausible" ? LISTED[type] : {};
    const resources = variants.map((members) => {
      return { resourceType: type, id: this.#source.text(`${type}.id`), ...listed, ...members };
    });
    return { resources, placed: this.#source.take() };
  }

  /** The element's members, once for each way in which it can be filled. */
  #element(path: string, info: ElementInfo, around: readonly string[], root: string): Members[] {
    return info.types.flatMap((type) => {
      const name = info.name.endsWith("[x]") ? choiceName(info.name, type) : info.name;
      const at = `${path}.${name}`;
      if (/^[a-z]/.test(type)) return this.#primitive(type, name, at, info.repeats);
      const values = this.#values(type, at, around, path === root);
      if (info.repeats) return values.length === 0 ? [] : [{ [name]: values }];
      return values.map((value) => ({ [name]: value }));
    });
  }

  #primitive(type: string, name: string, path: string, repeats: boolean): Members[] {
    if (this.#manner === "modifier") return [];
    const source = this.#source;
    const value = source.value(type, path);
    const sibling = `${path.slice(0, -name.length)}_${name}`;
    const extra = {
      id: source.text(sibling),
      extension: [{ url: source.text(sibling), valueString: source.text(sibling) }],
    };
    return [{ [name]: repeats ? [value] : value, [`_${name}`]: repeats ? [extra] : extra }];
  }

  /** Values of a data or backbone type, with everything inside once. */
  #values(type: string, path: string, around: readonly string[], atRoot: boolean): Json[] {
    if (type === "Resource") return this.#manner === "modifier" ? [] : [this.#inner(path)];
    const inside = around.filter((other) => other === type).length;
    if (inside > (type.includes(".") ? 1 : 0)) return [];
    if (type === "Extension" && !atRoot) return this.#manner === "modifier" ? [] : [this.#extension(path)];
    const variants = this.#variants(type, path, [...around, type]);
    return this.#manner === "modifier"
      ? variants.filter((variant) => Object.keys(variant).length > 0)
      : variants;
  }

  #variants(type: string, path: string, around: readonly string[]): Members[] {
    const listed: Members = (this.#manner === "plausible" && LISTED[type]) || {};
    const absent = (this.#manner === "plausible" && ABSENT[type]) || [];
    const variants: Members[] = this.#manner === "modifier" ? [] : [this.#strangers(path)];
    for (const info of elementsOf(type)?.values() ?? []) {
      if (Object.hasOwn(listed, info.name) || absent.includes(info.name)) continue;
      for (const [index, members] of this.#inType(type, path, info, around).entries()) {
        variants[index] = { ...variants[index], ...members };
      }
    }
    return variants.map((variant) => ({ ...variant, ...listed }));
  }

  #inType(type: string, path: string, info: ElementInfo, around: readonly string[]): Members[] {
    if (info.name === "modifierExtension") return this.#manner === "modifier" ? [this.#modifier(path)] : [];
    if (type === "Reference" && info.name === "reference" && this.#manner === "plausible") {
      return [{ reference: `Patient/${this.#source.text(`${path}.reference`)}` }];
    }
    return this.#element(path, info, around, "");
  }

  /** Members that R4 does not have; in the name too. */
  #strangers(path: string): Members {
    const source = this.#source;
    return {
      [`x${source.text(`${path}.?`)}`]: source.text(`${path}.?`),
      name_: { text: source.text(`${path}.?`), value: [source.value("integer", `${path}.?`)] },
    };
  }

  #modifier(path: string): Members {
    return { modifierExtension: [this.#extension(`${path}.modifierExtension`)] };
  }

  #extension(path: string): Json {
    const text = (name: string) => this.#source.text(`${path}.${name}`);
    const url = this.#manner === "plausible" ? LISTED_EXTENSION : text("url");
    return { id: text("id"), url, valueString: text("valueString"), extension: [{ url: text("extension") }] };
  }

  /** A resource inside another that is no contained one. */
  #inner(path: string): Json {
    const text = (name: string) => this.#source.text(`${path}.Observation.${name}`);
    return { resourceType: "Observation", id: text("id"), valueString: text("valueString") };
  }
}
