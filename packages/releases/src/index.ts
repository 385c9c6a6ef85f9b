export type { PublishedPlace } from "./published-place.ts";
export {
  type FrozenMonths,
  type MonthRows,
  nextRelease,
  type PublishedYear,
  type ReleaseSchedule,
  type ReleaseSources,
  type SuppressedShares,
} from "./release-book.ts";
export { DISCLOSURES, type Disclosure } from "./release-year.ts";
export {
  type DeclaredDimension,
  type DeclaredQuestion,
  isDeclared,
  type PublishedTables,
  releasedGroups,
} from "./released-groups.ts";
