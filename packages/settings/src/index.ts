export * from "./setting.ts";
export * from "./settings.ts";
