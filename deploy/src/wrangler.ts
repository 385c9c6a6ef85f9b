import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

export interface Outcome {
  readonly succeeded: boolean;
  readonly output: string;
  readonly errors: string;
}

/** Runs Cloudflare's command line, which alone talks to the account. */
export type Wrangler = (args: readonly string[]) => Outcome;

const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

export function runWrangler(args: readonly string[]): Outcome {
  const command = resolve(import.meta.dirname, "../node_modules/.bin/wrangler");
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...QUIET },
  });
  return { succeeded: status === 0, output: stdout ?? "", errors: stderr ?? "" };
}

/** Throws an Error with what it said, where it failed. */
export function must(wrangler: Wrangler, args: readonly string[], what: string): Outcome {
  const outcome = wrangler(args);
  if (!outcome.succeeded) throw new Error(`${what} failed:\n${outcome.output}${outcome.errors}`);
  return outcome;
}
