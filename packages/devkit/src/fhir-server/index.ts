export type { Fault } from "./faults.ts";
export { type FhirServer, type FhirServerOptions, startFhirServer } from "./server.ts";
