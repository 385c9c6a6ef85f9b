import { parametersOf } from "./search-parameter-table.ts";

/** What this server does, for the types that it holds (FHIR R4 RESTful API, "capabilities"). */
export function capabilityStatement(types: readonly string[], baseUrl: string) {
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date: "2026-11-01",
    kind: "instance",
    implementation: { description: "In-memory FHIR server for development", url: baseUrl },
    fhirVersion: "4.0.1",
    format: ["application/fhir+json"],
    rest: [
      {
        mode: "server",
        resource: types.map((type) => resourceOf(type, types)),
        interaction: [{ code: "transaction" }, { code: "batch" }],
      },
    ],
  };
}

const INTERACTIONS = ["read", "search-type", "create", "update", "delete", "history-type"];

function resourceOf(type: string, types: readonly string[]) {
  const include = referencesOf(type);
  const revinclude = types.flatMap((source) => referencesOf(source));
  return {
    type,
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: "versioned",
    updateCreate: true,
    ...(include.length === 0 ? {} : { searchInclude: include }),
    ...(revinclude.length === 0 ? {} : { searchRevInclude: revinclude }),
    searchParam: [
      { name: "_id", type: "token" },
      ...parametersOf(type)
        .filter((parameter) => parameter.name !== "_id")
        .map((parameter) => ({ name: parameter.name, type: parameter.type })),
    ],
  };
}

function referencesOf(type: string): string[] {
  return parametersOf(type)
    .filter((parameter) => parameter.type === "reference")
    .map(({ name }) => `${type}:${name}`);
}
