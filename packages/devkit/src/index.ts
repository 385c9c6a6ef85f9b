export * from "./canary/index.ts";
export {
  type DemoOptions,
  type DemoStack,
  demoSecrets,
  type Parts,
  startDemoStack,
} from "./edge/demo-stack.ts";
export { freshSecrets } from "./edge/fresh-secrets.ts";
export {
  assertPortFree,
  declaredSettings,
  type Edge,
  type EdgeOptions,
  edgeWorker,
  startEdge,
} from "./edge/start-edge.ts";
export * from "./fhir-server/index.ts";
export { forwardTo } from "./forward.ts";
export * from "./gzip-ports.ts";
export * from "./issuer/index.ts";
export * from "./population/index.ts";
export { effort } from "./test-effort.ts";
