export * from "./export-request.ts";
export * from "./export-slice.ts";
