import { globSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { experimental_readRawConfig } from "wrangler";
import type { Environment } from "./environment.ts";
import { ROOT } from "./root.ts";

/** A worker's wrangler.jsonc: the one place that says what it is bound to. Environments add names and values alone. */
export interface Worker {
  /** Its folder's name: `gateway`. */
  readonly name: string;
  readonly folder: string;
  readonly config: WorkerConfig;
}

/** What of it differs between environments, or is looked at here; wrangler checks all of it. */
export interface WorkerConfig {
  readonly name: string;
  readonly main: string;
  readonly compatibility_date: string;
  readonly workers_dev: boolean;
  readonly preview_urls: boolean;
  readonly limits: { readonly cpu_ms: number };
  readonly observability: {
    readonly redact_query_string: boolean;
    readonly logs: { readonly invocation_logs: boolean };
    readonly traces: { readonly enabled: boolean };
  };
  readonly assets?: { readonly directory: string };
  readonly durable_objects?: { readonly bindings: readonly ObjectBinding[] };
  readonly migrations?: readonly { readonly tag: string; readonly new_sqlite_classes: readonly string[] }[];
  readonly r2_buckets?: readonly { readonly binding: string; readonly bucket_name: string }[];
  readonly services?: readonly { readonly binding: string; readonly service: string }[];
  readonly ratelimits?: readonly { readonly name: string; readonly namespace_id: string }[];
  readonly secrets?: { readonly required: readonly string[] };
  readonly vars?: Readonly<Record<string, string>>;
  readonly routes?: readonly { readonly pattern: string; readonly custom_domain: true }[];
  readonly no_bundle?: true;
}

interface ObjectBinding {
  readonly name: string;
  readonly class_name: string;
  /** The worker that has the class; its own where none is named. */
  readonly script_name?: string;
}

/** All workers, in an order in which each finds what it is bound to. */
export function readWorkers(): Worker[] {
  const files = globSync("workers/*/wrangler.jsonc", { cwd: ROOT }).sort();
  return inOrder(files.map((file) => readWorker(resolve(ROOT, file))));
}

function readWorker(file: string): Worker {
  const folder = dirname(file);
  return { name: basename(folder), folder, config: experimental_readRawConfig({ config: file }).rawConfig };
}

/** Throws where two are bound to each other: then neither could be deployed first. */
export function inOrder(workers: readonly Worker[]): Worker[] {
  const ordered: Worker[] = [];
  let waiting = [...workers];
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ config }) => config.name));
    const next = waiting.find(({ config }) => boundTo(config).every((name) => !names.has(name)));
    if (next === undefined) throw new Error("the workers are bound to each other in a circle");
    ordered.push(next);
    waiting = waiting.filter((worker) => worker !== next);
  }
  return ordered;
}

/** Names of the other workers that have to be there. */
function boundTo(config: WorkerConfig): string[] {
  const objects = (config.durable_objects?.bindings ?? []).map(({ script_name }) => script_name);
  const services = (config.services ?? []).map(({ service }) => service);
  return [...objects, ...services].filter((name) => name !== undefined);
}

/** Settings that a worker declares, secrets apart. */
export function settingNames({ config }: Worker): string[] {
  return Object.keys(config.vars ?? {});
}

/** Secrets that a worker declares. */
export function secretNames({ config }: Worker): readonly string[] {
  return config.secrets?.required ?? [];
}

/**
 * The configuration of a worker in an environment, for a file in `folder`. What is deployed is the bundle that the tests
 * ran, byte for byte.
 */
export function configFor(worker: Worker, environment: Environment, folder: string): WorkerConfig {
  const { config } = worker;
  const path = (name: string) => relative(folder, resolve(worker.folder, name));
  return {
    ...config,
    ...renamed(config, environment),
    ...addressOf(worker, environment),
    main: path("dist/worker/index.js"),
    no_bundle: true,
    ...(config.assets === undefined
      ? {}
      : { assets: { ...config.assets, directory: path(config.assets.directory) } }),
    vars: { ...config.vars, ...settingsOf(worker, environment) },
    secrets: { required: secretsOf(worker, environment) },
  };
}

/** What an account's workers share: each environment has its own. */
function renamed(config: WorkerConfig, { suffix, rateLimitNamespaceOffset }: Environment) {
  const named = (name: string) => `${name}${suffix}`;
  const bindings = config.durable_objects?.bindings ?? [];
  return {
    name: named(config.name),
    durable_objects: {
      bindings: bindings.map(({ script_name, ...binding }) =>
        script_name === undefined ? binding : { ...binding, script_name: named(script_name) },
      ),
    },
    r2_buckets: (config.r2_buckets ?? []).map((one) => ({ ...one, bucket_name: named(one.bucket_name) })),
    services: (config.services ?? []).map((one) => ({ ...one, service: named(one.service) })),
    ratelimits: (config.ratelimits ?? []).map((one) => ({
      ...one,
      namespace_id: String(Number(one.namespace_id) + rateLimitNamespaceOffset),
    })),
  };
}

/** The gateway alone has an address. Without a host it has the one of the account, for a trial. */
function addressOf({ config }: Worker, { host }: Environment) {
  if (config.assets === undefined) return {};
  return host === "" ? { workers_dev: true } : { routes: [{ pattern: host, custom_domain: true as const }] };
}

/** What an environment sets, of what the worker declares. */
function settingsOf(worker: Worker, { settings }: Environment): Record<string, string> {
  const declared = new Set(settingNames(worker));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => declared.has(name)));
}

/** Secrets that a worker has in an environment. */
export function secretsOf(worker: Worker, { withoutSecrets }: Environment): string[] {
  return secretNames(worker).filter((name) => !withoutSecrets.includes(name));
}
