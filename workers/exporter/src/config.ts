import { type ProgrammeConfig, readProgrammeConfig } from "@aarohan/programme";
import type { Disclosure } from "@aarohan/releases";
import { readSettings } from "@aarohan/settings";
import { EXPORTER_SETTINGS, type ExporterSettings } from "./exporter-settings.ts";

export interface ExporterConfig {
  readonly programme: ProgrammeConfig;
  /** Where data are read: by searches, or, where an export is not narrowed, by the server's own bulk export. */
  readonly source: "search" | "bulk";
  /** Jobs that a user may start within any hour. */
  readonly jobsPerHour: number;
  /** Jobs of one tenant that run at the same time; others wait. */
  readonly jobsAtOnce: number;
  /** Shards of one job that run at the same time: so many requests of it reach the programme's server. */
  readonly shardsAtOnce: number;
  /** How long files are kept after a job has ended, in milliseconds. */
  readonly retentionMilliseconds: number;
  /** How long a shard tries without getting on before it gives up, in milliseconds. */
  readonly giveUpMilliseconds: number;
  /** How often changed Consents are looked for while files can be had, in milliseconds. */
  readonly withdrawalMilliseconds: number;
  /** Between a job's transactionTime and its first read: what is being written meanwhile is committed. */
  readonly settleMilliseconds: number;
  /** Resources per page that the programme's server is asked for. */
  readonly pageSize: number;
  /** Compressed bytes of a file. */
  readonly partBytes: number;
  /** Resources of one shard. */
  readonly windowResources: number;
  /** Between two rounds in which indicators take what has changed, in milliseconds. */
  readonly indicatorRefreshMilliseconds: number;
  /** After this time everything is read anew for indicators: what no change tells, as the end of a Consent's period. */
  readonly indicatorRebuildMilliseconds: number;
  /** Between two releases of the tables for who may not see rows, in milliseconds. */
  readonly releaseMilliseconds: number;
  /** Days after the end of a month until its numbers are frozen. */
  readonly releaseClosingDays: number;
  /** Between two looks for changes in what was released, in milliseconds. */
  readonly revisionMilliseconds: number;
  /** How released counts are kept from telling of single persons; a year keeps the way of its first release. */
  readonly releaseDisclosure: Disclosure;
  /** Least count that is released, zero apart. */
  readonly releaseK: number;
}

/** Four shards may share 128 MB: a larger page is asked for in halves. */
const MOST_PAGE_BYTES = 8 * 1024 * 1024;

/** Environment → checked configuration. Nothing else reads the environment's settings. */
export function readConfig(env: ExporterSettings): ExporterConfig {
  const programme = readProgrammeConfig(env);
  const settings = readSettings(EXPORTER_SETTINGS, env);
  return {
    programme: {
      ...programme,
      upstream: { ...programme.upstream, passOverOversized: true, maximumPageBytes: MOST_PAGE_BYTES },
    },
    source: settings.EXPORT_SOURCE,
    jobsPerHour: settings.EXPORT_JOBS_PER_HOUR,
    jobsAtOnce: settings.EXPORT_JOBS_AT_ONCE,
    shardsAtOnce: settings.EXPORT_SHARDS_AT_ONCE,
    retentionMilliseconds: 1000 * settings.EXPORT_RETENTION_SECONDS,
    giveUpMilliseconds: 1000 * settings.EXPORT_GIVE_UP_SECONDS,
    withdrawalMilliseconds: 1000 * settings.EXPORT_WITHDRAWAL_SECONDS,
    settleMilliseconds: 1000 * settings.EXPORT_SETTLE_SECONDS,
    pageSize: settings.EXPORT_PAGE_SIZE,
    partBytes: 1024 * settings.EXPORT_PART_KIB,
    indicatorRefreshMilliseconds: 1000 * settings.INDICATOR_REFRESH_SECONDS,
    indicatorRebuildMilliseconds: 1000 * settings.INDICATOR_REBUILD_SECONDS,
    releaseMilliseconds: 1000 * settings.RELEASE_SECONDS,
    releaseClosingDays: settings.RELEASE_CLOSING_DAYS,
    revisionMilliseconds: 1000 * settings.RELEASE_REVISION_SECONDS,
    releaseDisclosure: settings.RELEASE_DISCLOSURE,
    releaseK: settings.RELEASE_K,
    windowResources: settings.EXPORT_WINDOW_RESOURCES,
  };
}
