export { type Call, createUpstream, type Upstream, type UpstreamPage } from "./upstream.ts";
export type { Credentials, UpstreamConfig, UpstreamPorts } from "./upstream-config.ts";
