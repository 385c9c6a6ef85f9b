export { isAllowed } from "./allowed.ts";
export type { AuditPseudonyms } from "./audit-pseudonyms.ts";
export { assertExports, type ExportView, exportViewFor } from "./export-view.ts";
export { createProgramme, type Programme } from "./programme.ts";
export {
  PROGRAMME_SETTINGS,
  type ProgrammeConfig,
  type ProgrammeSettings,
  readProgrammeConfig,
} from "./programme-config.ts";
export { releaseBy } from "./release-by.ts";
export { DEFAULT_TENANT, type Tenant } from "./tenant.ts";
export type { View } from "./view.ts";
export { viewFor } from "./view-for.ts";
