import { ACCESS_SETTINGS } from "@aarohan/access";
import { EXPORTER_SETTINGS } from "@aarohan/exporter/settings";
import { GATEWAY_SETTINGS } from "@aarohan/gateway/settings";
import { LEDGER_SETTINGS } from "@aarohan/ledger/settings";
import type { Settings } from "@aarohan/settings";

/** What each worker's code reads, by the name of its folder. */
export const SETTINGS_BY_WORKER: Readonly<Record<string, Settings>> = {
  gateway: GATEWAY_SETTINGS,
  downloads: ACCESS_SETTINGS,
  exporter: EXPORTER_SETTINGS,
  ledger: LEDGER_SETTINGS,
};

export const SETTINGS: Settings = Object.assign({}, ...Object.values(SETTINGS_BY_WORKER));
