import type { AnyResource } from "@aarohan/fhir";
import { type FhirServer, type FhirServerOptions, startFhirServer } from "../src/fhir-server/index.ts";

export const observations: AnyResource[] = Array.from({ length: 50 }, (_, index) => ({
  resourceType: "Observation",
  id: `o${index}`,
  meta: { lastUpdated: `2025-01-${String((index % 28) + 1).padStart(2, "0")}T00:00:00Z`, versionId: "3" },
  status: index % 2 === 0 ? "final" : "amended",
  code: { coding: [{ system: "http://loinc.org", code: index % 5 === 0 ? "62596-2" : "63638-1" }] },
  category: [{ coding: [{ code: "oral-cancer-screening" }] }],
  subject: { reference: `Patient/p${index % 10}` },
  effectiveDateTime: `2025-${String((index % 12) + 1).padStart(2, "0")}-15`,
  valueCodeableConcept: { coding: [{ system: "urn:uuid:x", code: index % 3 === 0 ? "yes" : "no" }] },
}));

export const patients: AnyResource[] = Array.from({ length: 10 }, (_, index) => ({
  resourceType: "Patient",
  id: `p${index}`,
  gender: index < 4 ? "male" : "female",
  birthDate: `${1960 + index}-06-01`,
  name: [{ use: "official", family: index === 0 ? "Ravikumár, Sr" : "other", given: ["A"] }],
}));

const encounters: AnyResource[] = [
  { resourceType: "Encounter", id: "open", period: { start: "2025-01-31T20:00:00Z" } },
  {
    resourceType: "Encounter",
    id: "closed",
    period: { start: "2025-03-01T00:00:00Z", end: "2025-03-02T00:00:00Z" },
  },
];

const responses: AnyResource[] = [
  {
    resourceType: "QuestionnaireResponse",
    id: "q1",
    meta: {
      tag: [{ system: "https://smartregister.org/location-tag-id", code: "Not defined" }],
      profile: ["https://x/StructureDefinition/screening"],
      security: [{ code: "R" }],
    },
    questionnaire: "Questionnaire/A",
    authored: "2025-01-01T00:00:00+05:30",
  },
  {
    resourceType: "QuestionnaireResponse",
    id: "q2",
    questionnaire: "https://x/Questionnaire/A|2",
    authored: "2025-12-31T23:59:59+05:30",
  },
];

/** A server on a free port, with a few resources of four types. */
export function startSample(options: Partial<FhirServerOptions> = {}): Promise<FhirServer> {
  return startFhirServer({
    port: 0,
    resources: [...patients, ...observations, ...encounters, ...responses],
    ...options,
  });
}

/** What tests read of a Bundle, an OperationOutcome or a resource. */
export interface Body {
  readonly resourceType: string;
  readonly id: string;
  readonly meta: { readonly versionId: string };
  readonly total: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry: readonly {
    readonly fullUrl: string;
    readonly resource: AnyResource;
    readonly search: { readonly mode: string };
    readonly response: { readonly status: string; readonly location: string };
  }[];
  readonly issue: readonly { readonly diagnostics: string }[];
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Asks for a path below the base, or for a whole URL, as it is now. An empty answer has an empty body. */
export async function ask(server: FhirServer, path: string, request: RequestInit = {}): Promise<Reply> {
  const url = path.startsWith("http") ? path : `${server.url}/${path}`;
  const headers = { "Cache-Control": "no-cache", ...request.headers };
  const response = await fetch(url, { ...request, headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text === "" ? "{}" : text) as Body,
  };
}

export function send(server: FhirServer, method: string, path: string, resource: unknown): Promise<Reply> {
  return ask(server, path, { method, body: JSON.stringify(resource) });
}
