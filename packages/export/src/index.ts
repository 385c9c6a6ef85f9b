export * from "./export-request.ts";
