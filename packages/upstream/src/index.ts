export type { Call } from "./call.ts";
export { createUpstream, type Upstream, type UpstreamPage } from "./upstream.ts";
export type { Credentials, UpstreamConfig, UpstreamPorts } from "./upstream-config.ts";
