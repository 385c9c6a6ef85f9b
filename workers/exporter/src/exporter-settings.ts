import { PROGRAMME_SETTINGS } from "@aarohan/programme";
import { DISCLOSURES } from "@aarohan/releases";
import { choice, type SettingTexts, wholeNumber } from "@aarohan/settings";

/** All that the exporter is set by. */
export const EXPORTER_SETTINGS = {
  ...PROGRAMME_SETTINGS,
  EXPORT_SOURCE: choice(["search", "bulk"], {
    meaning:
      "where exports read: by searches, or, where an export is not narrowed, by the server's own bulk export",
  }),
  EXPORT_JOBS_PER_HOUR: number("exports", 1, 1, 1000, "exports that a user may start within any hour"),
  EXPORT_JOBS_AT_ONCE: number("exports", 2, 1, 100, "exports of one tenant that run at a time; others wait"),
  EXPORT_SHARDS_AT_ONCE: number(
    "shards",
    4,
    1,
    16,
    "shards of one export at work: so many of its requests reach the programme's server at a time",
  ),
  EXPORT_RETENTION_SECONDS: number(
    "s",
    86_400,
    1,
    2_592_000,
    "how long files are kept after an export has ended",
  ),
  EXPORT_GIVE_UP_SECONDS: number(
    "s",
    1800,
    1,
    86_400,
    "how long a shard tries without getting on before the export fails",
  ),
  EXPORT_WITHDRAWAL_SECONDS: number(
    "s",
    900,
    1,
    86_400,
    "how often withdrawn consent is looked for while files can be had",
  ),
  EXPORT_SETTLE_SECONDS: number(
    "s",
    2,
    0,
    60,
    "between an export's instant and its first read: what is being written meanwhile is committed",
  ),
  EXPORT_PAGE_SIZE: number("resources", 1000, 1, 1000, "resources per page that the server is asked for"),
  EXPORT_PART_KIB: number("KiB", 8192, 1, 65_536, "compressed bytes of a file"),
  EXPORT_WINDOW_RESOURCES: number("resources", 50_000, 100, 200_000, "resources of one shard"),
  INDICATOR_REFRESH_SECONDS: number(
    "s",
    3600,
    1,
    86_400,
    "between two rounds in which indicators take what has changed",
  ),
  INDICATOR_REBUILD_SECONDS: number(
    "s",
    604_800,
    60,
    31_536_000,
    "after this time everything is read anew for indicators: what no change tells, as the end of a Consent's period",
  ),
  RELEASE_SECONDS: number("s", 604_800, 1, 31_536_000, "between two releases of the published tables"),
  RELEASE_CLOSING_DAYS: number("days", 31, 0, 366, "from the end of a month until its numbers are frozen"),
  RELEASE_REVISION_SECONDS: number(
    "s",
    7_862_400,
    1,
    315_360_000,
    "between two looks for changes in what was released (91 days)",
  ),
  RELEASE_DISCLOSURE: choice(DISCLOSURES, {
    meaning:
      "how published counts are kept from telling of single persons; a year keeps the way of its first release",
  }),
  RELEASE_K: number("persons", 11, 2, 1000, "least count that is published, zero apart"),
};

export type ExporterSettings = SettingTexts<typeof EXPORTER_SETTINGS>;

function number(unit: string, fallback: number, least: number, most: number, meaning: string) {
  return wholeNumber({ unit, fallback, least, most, meaning });
}
