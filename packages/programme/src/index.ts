export type { AuditPseudonyms } from "./audit-pseudonyms.ts";
export { createProgramme, type Programme } from "./programme.ts";
export { type ProgrammeConfig, readProgrammeConfig } from "./programme-config.ts";
export {
  ConfigError,
  configured,
  isStringMap,
  readJson,
  readList,
  readNumber,
  readUrl,
} from "./settings.ts";
export { DEFAULT_TENANT, type Tenant } from "./tenant.ts";
export type { View } from "./view.ts";
export { viewFor } from "./view-for.ts";
