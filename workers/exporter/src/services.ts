import { createProgramme, type Programme } from "@aarohan/programme";
import { type ExporterConfig, readConfig } from "./config.ts";

/** What the objects work with, built once per isolate. */
export interface Services {
  readonly config: ExporterConfig;
  readonly programme: Programme;
}

let current: { readonly env: Env; readonly services: Services } | undefined;

/** Throws a ConfigError when the environment cannot be used: then no job goes on, and none is lost. */
export function servicesFor(env: Env): Services {
  if (current?.env !== env) {
    const config = readConfig(env);
    current = { env, services: { config, programme: createProgramme(config.programme) } };
  }
  return current.services;
}
