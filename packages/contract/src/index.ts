export * from "./audit.ts";
export * from "./edge-error.ts";
export * from "./export.ts";
export * from "./limits.ts";
export * from "./principal.ts";
export * from "./rate-limit.ts";
export * from "./role.ts";
