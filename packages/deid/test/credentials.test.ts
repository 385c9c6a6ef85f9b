import type { AnyResource, Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, createAnonymiser, identifiedPolicy, SHIPPED_POLICIES } from "../src/index.ts";
import { codecFor } from "./codec.ts";

const CREDENTIAL = "sig-4f1d9c";
const SIGNED = `https://user:${CREDENTIAL}@files.example.org/photo.jpg?X-Amz-Signature=${CREDENTIAL}#${CREDENTIAL}`;
const PUBLIC = "https://files.example.org/photo.jpg";
const photo: Json = { contentType: "image/jpeg", url: SIGNED, _url: { id: CREDENTIAL }, title: "Lakshmi" };
const shown: Json = { contentType: "image/jpeg", url: PUBLIC, title: "Lakshmi" };

/** A resource with the value at one place, by what stands there. */
const places: readonly (readonly [where: string, resource: (value: Json) => AnyResource])[] = [
  ["an element", (value) => ({ resourceType: "Patient", id: "1", photo: [value] })],
  [
    "an element inside",
    (value) => ({ resourceType: "Communication", id: "1", payload: [{ contentAttachment: value }] }),
  ],
  [
    "an answer",
    (value) => ({
      resourceType: "QuestionnaireResponse",
      id: "1",
      item: [{ item: [{ answer: [{ valueAttachment: value }] }] }],
    }),
  ],
  [
    "a parameter",
    (value) => ({ resourceType: "Parameters", id: "1", parameter: [{ part: [{ valueAttachment: value }] }] }),
  ],
  [
    "a resource in a Bundle",
    (value) => ({
      resourceType: "Bundle",
      id: "1",
      entry: [{ resource: { resourceType: "Media", id: "m", content: value } }],
    }),
  ],
  [
    "a contained resource",
    (value) => ({
      resourceType: "Observation",
      id: "1",
      contained: [{ resourceType: "Media", id: "m", content: value }],
    }),
  ],
  [
    "an extension",
    (value) => ({
      resourceType: "Patient",
      id: "1",
      extension: [{ url: "http://x", valueAttachment: value }],
    }),
  ],
  [
    "an extension of an element",
    (value) => ({
      resourceType: "Patient",
      id: "1",
      contact: [{ extension: [{ url: "http://x", valueAttachment: value }] }],
    }),
  ],
  [
    "an extension of an extension",
    (value) => ({
      resourceType: "Observation",
      id: "1",
      subject: { extension: [{ url: "http://x", extension: [{ url: "y", valueAttachment: value }] }] },
    }),
  ],
  [
    "an extension of a primitive",
    (value) => ({
      resourceType: "Patient",
      id: "1",
      _gender: { extension: [{ url: "http://x", valueAttachment: value }] },
    }),
  ],
  [
    "a modifier",
    (value) => ({
      resourceType: "Patient",
      id: "1",
      modifierExtension: [{ url: "http://x", valueAttachment: value }],
    }),
  ],
];

describe("a signed URL in identified data", () => {
  const plan = compilePolicy(identifiedPolicy);
  const anonymiser = createAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });

  it.each(places)("loses its signature, and nothing else goes: %s", (_where, resource) => {
    const result = anonymiser.anonymise(resource(photo));
    expect(result).toEqual({ kind: "released", resource: resource(shown) });
  });
});

describe.each(SHIPPED_POLICIES)("by $name, credentials stay behind", (policy) => {
  const plan = compilePolicy(policy);
  const anonymiser = createAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
  const resources: readonly AnyResource[] = [
    ...places.map(([, resource]) => resource(photo)),
    {
      resourceType: "Endpoint",
      id: "1",
      address: SIGNED,
      _address: { id: CREDENTIAL },
      header: [CREDENTIAL],
    },
    {
      resourceType: "Endpoint",
      id: "1",
      _header: [{ id: CREDENTIAL, extension: [{ url: "x", valueString: CREDENTIAL }] }],
    },
    {
      resourceType: "Subscription",
      id: "1",
      channel: { type: "rest-hook", endpoint: SIGNED, header: [CREDENTIAL] },
    },
  ];

  it("wherever they are", () => {
    for (const resource of resources)
      expect(JSON.stringify(anonymiser.anonymise(resource))).not.toContain(CREDENTIAL);
  });
});
