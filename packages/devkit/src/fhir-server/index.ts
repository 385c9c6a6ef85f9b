export type { Fault } from "./faults.ts";
export {
  type FhirProxyOptions,
  type FhirServer,
  type FhirServerOptions,
  startFhirProxy,
  startFhirServer,
} from "./server.ts";
