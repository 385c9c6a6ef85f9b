export * from "./operation-outcome.ts";
export * from "./resource.ts";
