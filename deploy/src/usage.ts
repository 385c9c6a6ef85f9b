import type { Usage } from "./prices.ts";

/**
 * What a month of N resources takes from the platform, where 4 of 5 leave by bulk exports, and 1 of 5 by searches of 100 a
 * page. Units are those of docs/benchmarks.md (`npm run bench -- scale` and `-- stages`, November 2026), or counted in the
 * code where it says so.
 */
const BULK_SHARE = 0.8;
const RESOURCES_PER_PAGE = 100;

/** A million resources of 74,000 patients by export (docs/benchmarks.md, "Exports"), and its files downloaded once. */
const EXPORTED_MILLION = {
  objectRequests: 210,
  objectGbSeconds: 36,
  /** Facts of who is alike, and lines by which the trail finds a patient. */
  rowsWritten: 500_000 + 600_000,
  files: 44,
  fileGb: 0.13,
  trailReferences: 600_000,
  patients: 74_000,
};

/** A page by search. */
const PAGE = {
  /** RateLimiter and AuditTrail, once each. */
  objectRequests: 2,
  /** Two objects of 128 MB for 10 ms each. */
  objectGbSeconds: 2 * 0.125 * 0.01,
  /** A request of the limiter; an entry and its two indexes; a reference for each patient, at most one a resource. */
  rowsWritten: 1 + 3 + RESOURCES_PER_PAGE,
  /** 92 pages a second of two cores, which client, upstream and runtime share: at most this much is the gateway's. */
  cpuMilliseconds: 11,
};

/** Each hour the indicators of a tenant are counted on: an alarm of about ten seconds (docs/benchmarks.md, "Indicators"). */
const HOURS = 24 * 30;
const COUNTING_GB_SECONDS = 0.125 * 10;

/** Bytes of the trail: a line of 9 kB names 100 patients; a reference is a row of 30 bytes in SQLite. */
const LINE_BYTES_PER_REFERENCE = 90;
const ROW_BYTES_PER_REFERENCE = 30;
const MONTHS_KEPT = 12;
const GB = 1_000_000_000;
/** What one Durable Object can hold: a tenant's trail is one. */
const MOST_TRAIL_GB = 10;

export function usageOf(resources: number): Usage {
  const exported = (resources * BULK_SHARE) / 1_000_000;
  const pages = (resources * (1 - BULK_SHARE)) / RESOURCES_PER_PAGE;
  const files = Math.ceil(exported * EXPORTED_MILLION.files);
  return {
    requests: pages + files + HOURS,
    cpuMilliseconds: (pages + files) * PAGE.cpuMilliseconds,
    objectRequests:
      exported * EXPORTED_MILLION.objectRequests + pages * PAGE.objectRequests + 3 * files + HOURS,
    objectGbSeconds:
      exported * EXPORTED_MILLION.objectGbSeconds +
      pages * PAGE.objectGbSeconds +
      HOURS * COUNTING_GB_SECONDS,
    rowsWritten: exported * EXPORTED_MILLION.rowsWritten + pages * PAGE.rowsWritten,
    rowsRead: exported * EXPORTED_MILLION.rowsWritten + pages * PAGE.rowsWritten,
    objectGb: trailGb(resources),
    // A day of the trail is a file and its head.
    storeWrites: files + 2 * 30,
    storeReads: files,
    // Files are kept for a day; the trail, in R2, for a year.
    storeGb:
      (exported * EXPORTED_MILLION.fileGb) / 30 +
      (MONTHS_KEPT * references(resources) * LINE_BYTES_PER_REFERENCE) / GB,
    logLines: pages + files + HOURS,
  };
}

/** Entries and references of 31 days, and of the year before one reference for each patient and export. */
function trailGb(resources: number): number {
  const month = references(resources) * (LINE_BYTES_PER_REFERENCE + ROW_BYTES_PER_REFERENCE);
  const exported = (resources * BULK_SHARE) / 1_000_000;
  const year =
    MONTHS_KEPT * (exported * EXPORTED_MILLION.patients + searched(resources)) * ROW_BYTES_PER_REFERENCE;
  return (month + year) / GB;
}

/** Most resources a month whose trail one tenant's object can hold. */
export function mostResourcesOfATenant(): number {
  return MOST_TRAIL_GB / trailGb(1);
}

/** Times that the trail names a patient, in a month. */
function references(resources: number): number {
  return ((resources * BULK_SHARE) / 1_000_000) * EXPORTED_MILLION.trailReferences + searched(resources);
}

function searched(resources: number): number {
  return resources * (1 - BULK_SHARE);
}
