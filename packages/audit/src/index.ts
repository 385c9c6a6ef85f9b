export * from "./audit-chain.ts";
export * from "./audit-event.ts";
export * from "./audit-head.ts";
export * from "./audit-match.ts";
export * from "./verify-day.ts";
