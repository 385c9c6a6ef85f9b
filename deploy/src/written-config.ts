import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./environment.ts";
import { configFor, type Worker } from "./worker-config.ts";

/** A worker whose configuration in an environment stands in a file, as wrangler reads it. */
export interface WrittenWorker {
  readonly worker: Worker;
  /** Name that it is deployed under. */
  readonly deployedName: string;
  readonly file: string;
  readonly folder: string;
}

/** Written below the worker's `dist`: they are results, not sources. */
export function writeConfig(worker: Worker, environment: Environment): WrittenWorker {
  const folder = join(worker.folder, "dist/environments", environment.name);
  const config = configFor(worker, environment, folder);
  const file = join(folder, "wrangler.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`);
  return { worker, file, folder, deployedName: config.name };
}
