export type { Call } from "./call.ts";
export type { HistoryPage, HistoryVersion } from "./history-page.ts";
export { createUpstream, type Upstream, type UpstreamPage } from "./upstream.ts";
export { type BulkFile, createUpstreamBulk, type LineBatch, type UpstreamBulk } from "./upstream-bulk.ts";
export type { Credentials, UpstreamConfig, UpstreamPorts } from "./upstream-config.ts";
