export * from "./bulk-pages.ts";
export { complaintOf } from "./complaint.ts";
export * from "./export-order.ts";
export * from "./export-progress.ts";
export * from "./export-request.ts";
export * from "./export-slice.ts";
export * from "./kick-off-parameters.ts";
export * from "./lastupdated-window.ts";
export * from "./part-builder.ts";
