import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { convertV4MiniflareOptions, Miniflare, type WorkerdStructuredLog } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";

/** The workers in the order in which they are deployed; the last one answers HTTP. */
const WORKERS = ["ledger", "exporter", "downloads", "gateway"] as const;

const ROOT = resolve(import.meta.dirname, "../../../..");

export interface EdgeOptions {
  /** Loopback port of the gateway. Default 0: a free one. */
  readonly port?: number;
  /** The workers' settings and secrets, as their `src/config.ts` read them: each gets those that it declares. */
  readonly settings: Readonly<Record<string, string>>;
  /** Folder below each worker's `dist` that holds its bundle. Default `worker`, which is what is deployed. */
  readonly build?: string;
  /** Folder in which Durable Objects keep their state. Default: none, state ends with the process. */
  readonly stateFolder?: string;
  /**
   * True where requests reach the gateway alone, on a socket of its own: without the local runtime's simulators of routes and
   * of static assets, so that there is no dashboard. For measurements. Default false.
   */
  readonly isBare?: boolean;
  /** True where the runtime can be asked what memory it holds (`runtime.getInspectorURL`). Default false. */
  readonly isInspected?: boolean;
  /** Receives each line that a worker logs. Default: dropped. */
  readonly onLog?: (line: string) => void;
}

export interface Edge {
  /** Origin of the gateway, e.g. `http://localhost:8787`. */
  readonly url: string;
  /** The runtime, for tests that look into Durable Objects. */
  readonly runtime: Miniflare;
  close(): Promise<void>;
}

/**
 * Starts the workers as they are deployed (`wrangler deploy --dry-run --outdir`) in one local runtime, with the
 * bindings of their own wrangler.jsonc. Rejects when a worker was not built, or the port is in use.
 */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const port = options.port ?? 0;
  if (port !== 0) await assertPortFree(port, "gateway");
  const converted = convertV4MiniflareOptions({
    host: "127.0.0.1",
    port,
    handleStructuredLogs: (log: WorkerdStructuredLog) => options.onLog?.(log.message),
    workers: WORKERS.map((name) => {
      const worker = edgeWorker(name, options.settings, options.build);
      return name === "gateway" && options.isBare === true ? bare(worker) : worker;
    }).reverse(),
  });
  const runtime = new Miniflare({
    ...converted,
    telemetry: { enabled: false },
    // Otherwise the runtime fetches a sample of the platform's request metadata from the internet.
    cf: false,
    ...(options.isInspected === true ? { inspectorPort: 0 } : {}),
    ...(options.stateFolder === undefined ? {} : { resourcePersistencePath: resolve(options.stateFolder) }),
  });
  const ready = await runtime.ready;
  const url =
    options.isBare === true ? await runtime.unsafeGetDirectURL() : new URL(`http://localhost:${ready.port}`);
  return {
    url: url.origin,
    runtime,
    close: () => runtime.dispose(),
  };
}

/** Names of all settings and secrets that the workers declare. */
export function declaredSettings(): string[] {
  return WORKERS.flatMap((name) => [...declaredIn(readWorkerConfig(name))]);
}

function readWorkerConfig(name: (typeof WORKERS)[number]) {
  return unstable_readConfig({ config: resolve(ROOT, "workers", name, "wrangler.jsonc") });
}

function declaredIn({ vars, secrets }: ReturnType<typeof readWorkerConfig>): Set<string> {
  return new Set([...Object.keys(vars), ...(secrets?.required ?? [])]);
}

/** A worker as it is deployed, for a local runtime. Throws where it was not built. */
export function edgeWorker(
  name: (typeof WORKERS)[number],
  settings: Readonly<Record<string, string>>,
  build = "worker",
) {
  const folder = resolve(ROOT, "workers", name);
  const script = resolve(folder, "dist", build, "index.js");
  if (!existsSync(script))
    throw new Error(`workers/${name} is not built: run "npm run pnpm -- run build:here"`);
  const read = readWorkerConfig(name);
  // Secrets come from `settings`; left in the configuration, they would be looked for in the process' environment.
  const { secrets: _secrets, ...config } = read;
  // The bundle is one module without imports of text or data, so the rules for those are not needed.
  const {
    modulesRules: _rules,
    rootPath: _root,
    ...worker
  } = unstable_getMiniflareWorkerOptions(config).workerOptions;
  const declared = declaredIn(read);
  const vars = Object.fromEntries(Object.entries(settings).filter(([setting]) => declared.has(setting)));
  return {
    ...worker,
    name: config.name ?? name,
    // With its contents: a path would be resolved from the folder in which the process was started.
    modules: [{ type: "ESModule" as const, path: "index.js", contents: readFileSync(script, "utf8") }],
    bindings: Object.assign({}, worker.bindings, vars),
  };
}

function bare(worker: ReturnType<typeof edgeWorker>) {
  return { ...worker, assets: undefined, unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] };
}

/** Rejects with a sentence that names the port and its environment variable when something listens there already. */
export function assertPortFree(port: number, part: string): Promise<void> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", () => {
      const variable = `${part.toUpperCase().replace("-", "_")}_PORT`;
      fail(new Error(`port ${port} (${part}) is in use: stop what listens there, or set ${variable}`));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => done()));
  });
}
