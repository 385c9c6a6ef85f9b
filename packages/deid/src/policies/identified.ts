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
