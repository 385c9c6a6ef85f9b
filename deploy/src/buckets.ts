import { LEDGER_SETTINGS } from "@aarohan/ledger/settings";
import { readSetting } from "@aarohan/settings";
import type { Environment } from "./environment.ts";
import { configFor, type Worker } from "./worker-config.ts";

const DAY_SECONDS = 86_400;

export interface Bucket {
  readonly name: string;
  readonly location: string;
  /** What R2 removes by itself where the workers did not: in the shape of `wrangler r2 bucket lifecycle set`. */
  readonly lifecycle: { readonly rules: readonly LifecycleRule[] };
}

interface LifecycleRule {
  readonly id: string;
  readonly enabled: true;
  readonly conditions: { readonly prefix: "" };
  readonly deleteObjectsTransition?: Age;
  readonly abortMultipartUploadsTransition?: Age;
}

interface Age {
  readonly condition: { readonly type: "Age"; readonly maxAge: number };
}

/** The buckets that the workers are bound to, each once. */
export function bucketsOf(workers: readonly Worker[], environment: Environment): Bucket[] {
  const days = keptDays(environment);
  const bound = workers.flatMap((worker) => configFor(worker, environment, worker.folder).r2_buckets ?? []);
  const kinds = new Map(bound.map(({ bucket_name, binding }) => [bucket_name, binding]));
  return [...kinds].map(([name, binding]) => {
    const keep = days[binding];
    if (keep === undefined) throw new Error(`${binding}: nothing says how long its files are kept`);
    return { name, location: environment.bucketLocation, lifecycle: { rules: rulesFor(keep) } };
  });
}

/** In days, by binding: later than the workers' own removals, which they only stand in for. */
function keptDays({ settings }: Environment): Readonly<Record<string, number>> {
  const name = "AUDIT_RETENTION_DAYS";
  const auditDays = readSetting(LEDGER_SETTINGS[name], name, settings[name]);
  // Exports are kept for 30 days at most (EXPORT_RETENTION_SECONDS).
  return { EXPORT_FILES: 32, AUDIT_ARCHIVE: auditDays + 31 };
}

function rulesFor(days: number): LifecycleRule[] {
  const conditions = { prefix: "" } as const;
  return [
    { id: "files-that-nothing-removed", enabled: true, conditions, deleteObjectsTransition: age(days) },
    {
      id: "uploads-that-were-not-completed",
      enabled: true,
      conditions,
      abortMultipartUploadsTransition: age(1),
    },
  ];
}

function age(days: number): Age {
  return { condition: { type: "Age", maxAge: days * DAY_SECONDS } };
}
