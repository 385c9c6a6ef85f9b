import type { Policy } from "../policy.ts";

/** What system administrators receive: everything but credentials, of which a resource may hold some. */
export const identifiedPolicy: Policy = {
  name: "identified",
  version: "1.0.0",
  description: "Identified data, without the credentials that sit inside resources.",
  audience: "identified",
  utcOffsetMinutes: 330,
  everyResource: { id: "keep" },
  resources: {
    Endpoint: { unnamed: "keep", elements: { header: "drop", address: "publicUrl" } },
    Subscription: {
      unnamed: "keep",
      elements: { "channel.header": "drop", "channel.endpoint": "publicUrl" },
    },
  },
  otherResources: { unnamed: "keep" },
  types: {
    // A signed URL opens the photograph for whoever has it.
    Attachment: { unnamed: "keep", elements: { url: "publicUrl" } },
    Resource: "resources",
  },
  extensions: {},
  terminologies: {},
  recodings: [],
  openReferences: [],
  questionnaires: [],
};

/** The same in bulk: images and documents stay where they are, whoever asks (export guide, PII Removal). */
export const identifiedExportPolicy: Policy = {
  ...identifiedPolicy,
  name: "identified-export",
  description: "Identified data for bulk exports: without images, documents and credentials.",
  resources: {
    ...identifiedPolicy.resources,
    // Resources of these types are not exported at all; inside others, references to them have to find something.
    Binary: { unnamed: "keep", elements: { data: "drop" } },
  },
  types: {
    ...identifiedPolicy.types,
    Attachment: {
      unnamed: "keep",
      elements: { data: "drop", url: "drop", hash: "drop", title: "drop" },
    },
  },
};
