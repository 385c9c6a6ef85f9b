import { createProgramme, type Programme } from "@aarohan/programme";
import { type ExporterConfig, readConfig } from "./config.ts";
import { faultOf, logJob } from "./log.ts";

/** What the objects work with, built once per isolate. */
export interface Services {
  readonly config: ExporterConfig;
  readonly programme: Programme;
}

let current: { readonly env: Env; readonly services: Services } | undefined;

/** After this time an alarm looks again whether the environment can be used. */
export const UNCONFIGURED_MILLISECONDS = 10_000;

/**
 * For alarms: `undefined` when the environment cannot be used. Then no job goes on and none is lost; an alarm that throws
 * would be given up by the platform after six times.
 */
export function usableServices(env: Env, job: string): Services | undefined {
  try {
    return servicesFor(env);
  } catch (error) {
    logJob("error", "export-unconfigured", { job, ...faultOf(error) });
    return undefined;
  }
}

/** Throws a ConfigError when the environment cannot be used. */
export function servicesFor(env: Env): Services {
  if (current?.env !== env) {
    const config = readConfig(env);
    current = { env, services: { config, programme: createProgramme(config.programme) } };
  }
  return current.services;
}
