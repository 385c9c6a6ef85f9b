import { type ProgrammeConfig, readProgrammeConfig } from "@aarohan/programme";
import { DISCLOSURES, type Disclosure } from "@aarohan/releases";
import { ConfigError, readNumber } from "@aarohan/settings";

export interface ExporterConfig {
  readonly programme: ProgrammeConfig;
  /**
   * Where data are read: by searches, or, where an export is not narrowed, by the server's own bulk export. Default
   * `search`.
   */
  readonly source: "search" | "bulk";
  /** Jobs that a user may start within any hour. Default 1, as the export guide promises. */
  readonly jobsPerHour: number;
  /** Jobs of one tenant that run at the same time; others wait. Default 2. */
  readonly jobsAtOnce: number;
  /** Shards of one job that run at the same time: so many requests of it reach the programme's server. Default 4. */
  readonly shardsAtOnce: number;
  /** How long files are kept after a job has ended, in milliseconds. Default 24 h. */
  readonly retentionMilliseconds: number;
  /** How long a shard tries without getting on before it gives up, in milliseconds. Default 30 minutes. */
  readonly giveUpMilliseconds: number;
  /** How often changed Consents are looked for while files can be had, in milliseconds. Default 15 minutes. */
  readonly withdrawalMilliseconds: number;
  /** Between a job's transactionTime and its first read: what is being written meanwhile is committed. Default 2 s. */
  readonly settleMilliseconds: number;
  /** Resources per page that the programme's server is asked for. Default and most 1,000. */
  readonly pageSize: number;
  /** Compressed bytes of a file. Default 8 MiB. */
  readonly partBytes: number;
  /** Resources of one shard. Default 50,000. */
  readonly windowResources: number;
  /** Between two rounds in which indicators take what has changed, in milliseconds. Default 1 h. */
  readonly indicatorRefreshMilliseconds: number;
  /** After this time everything is read anew for indicators: what no change tells, as the end of a Consent's period. Default 7 days. */
  readonly indicatorRebuildMilliseconds: number;
  /** Between two releases of the tables for who may not see rows, in milliseconds. Default 7 days. */
  readonly releaseMilliseconds: number;
  /** Days after the end of a month until its numbers are frozen. Default 31. */
  readonly releaseClosingDays: number;
  /** Between two looks for changes in what was released, in milliseconds. Default 91 days. */
  readonly revisionMilliseconds: number;
  /** How released counts are kept from telling of single persons; a year keeps the way of its first release. Default `suppression`. */
  readonly releaseDisclosure: Disclosure;
  /** Least count that is released, zero apart. Default 11. */
  readonly releaseK: number;
}

/** Four shards may share 128 MB: a larger page is asked for in halves. */
const MOST_PAGE_BYTES = 8 * 1024 * 1024;

/** Environment → checked configuration, with all defaults. Nothing else reads the environment's settings. */
export function readConfig(env: Env): ExporterConfig {
  const programme = readProgrammeConfig(env);
  return {
    programme: {
      ...programme,
      upstream: { ...programme.upstream, passOverOversized: true, maximumPageBytes: MOST_PAGE_BYTES },
    },
    source: readSource(env.EXPORT_SOURCE),
    jobsPerHour: readNumber("EXPORT_JOBS_PER_HOUR", env.EXPORT_JOBS_PER_HOUR, 1, 1, 1000),
    jobsAtOnce: readNumber("EXPORT_JOBS_AT_ONCE", env.EXPORT_JOBS_AT_ONCE, 2, 1, 100),
    shardsAtOnce: readNumber("EXPORT_SHARDS_AT_ONCE", env.EXPORT_SHARDS_AT_ONCE, 4, 1, 16),
    retentionMilliseconds:
      1000 * readNumber("EXPORT_RETENTION_SECONDS", env.EXPORT_RETENTION_SECONDS, 86_400, 1, 2_592_000),
    giveUpMilliseconds:
      1000 * readNumber("EXPORT_GIVE_UP_SECONDS", env.EXPORT_GIVE_UP_SECONDS, 1800, 1, 86_400),
    withdrawalMilliseconds:
      1000 * readNumber("EXPORT_WITHDRAWAL_SECONDS", env.EXPORT_WITHDRAWAL_SECONDS, 900, 1, 86_400),
    settleMilliseconds: 1000 * readNumber("EXPORT_SETTLE_SECONDS", env.EXPORT_SETTLE_SECONDS, 2, 0, 60),
    pageSize: readNumber("EXPORT_PAGE_SIZE", env.EXPORT_PAGE_SIZE, 1000, 1, 1000),
    partBytes: 1024 * readNumber("EXPORT_PART_KIB", env.EXPORT_PART_KIB, 8192, 1, 65_536),
    indicatorRefreshMilliseconds:
      1000 * readNumber("INDICATOR_REFRESH_SECONDS", env.INDICATOR_REFRESH_SECONDS, 3600, 1, 86_400),
    indicatorRebuildMilliseconds:
      1000 * readNumber("INDICATOR_REBUILD_SECONDS", env.INDICATOR_REBUILD_SECONDS, 604_800, 60, 31_536_000),
    releaseMilliseconds: 1000 * readNumber("RELEASE_SECONDS", env.RELEASE_SECONDS, 604_800, 1, 31_536_000),
    releaseClosingDays: readNumber("RELEASE_CLOSING_DAYS", env.RELEASE_CLOSING_DAYS, 31, 0, 366),
    revisionMilliseconds:
      1000 * readNumber("RELEASE_REVISION_SECONDS", env.RELEASE_REVISION_SECONDS, 7_862_400, 1, 315_360_000),
    releaseDisclosure: readDisclosure(env.RELEASE_DISCLOSURE),
    releaseK: readNumber("RELEASE_K", env.RELEASE_K, 11, 2, 1000),
    windowResources: readNumber("EXPORT_WINDOW_RESOURCES", env.EXPORT_WINDOW_RESOURCES, 50_000, 100, 200_000),
  };
}

function readDisclosure(text: string): Disclosure {
  const known = DISCLOSURES.find((one) => one === (text || "suppression"));
  if (known === undefined)
    throw new ConfigError("RELEASE_DISCLOSURE", `is one of: ${DISCLOSURES.join(", ")}`);
  return known;
}

function readSource(text: string): ExporterConfig["source"] {
  const source = text || "search";
  if (source !== "search" && source !== "bulk") throw new ConfigError("EXPORT_SOURCE", "is search or bulk");
  return source;
}
