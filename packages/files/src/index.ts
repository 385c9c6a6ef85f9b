export * from "./byte-range.ts";
export * from "./gzip-file.ts";
export * from "./gzip-range.ts";
export * from "./sent-bytes.ts";
