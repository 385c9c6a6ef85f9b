export * from "./canary/index.ts";
export { type DemoOptions, type DemoStack, startDemoStack } from "./edge/demo-stack.ts";
export { type Edge, startEdge } from "./edge/start-edge.ts";
export * from "./fhir-server/index.ts";
export * from "./issuer/index.ts";
export * from "./population/index.ts";
