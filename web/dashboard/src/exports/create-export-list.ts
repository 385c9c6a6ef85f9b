import { type ReadonlySignal, signal } from "@preact/signals";
import { type Asked, createAsked } from "../gateway/asked.ts";
import type { Gateway } from "../gateway/create-gateway.ts";
import { isActive, type ListedExport, readExportJobs } from "./export-job.ts";
import { hasMoved, shownProgress } from "./progress.ts";

/** How often the list is asked for while something goes on, in milliseconds: 15 of the 100 requests of a minute. */
const POLL_MILLISECONDS = 4000;
/** How long after a question that was not answered it is put again, in milliseconds, unless the gateway says when. */
const AGAIN_MILLISECONDS = 15_000;
/** After so long without any progress the user is told, in milliseconds. */
export const STILL_MILLISECONDS = 3 * 60_000;

export interface ExportList {
  readonly jobs: Asked<readonly ListedExport[]>["now"];
  /** Jobs that have not moved for minutes, by id. */
  readonly still: ReadonlySignal<ReadonlySet<string>>;
  refresh(): Promise<void>;
  /** Stops the job, or removes its files. Throws GatewayError. */
  remove(id: string): Promise<void>;
}

type Jobs = Asked<readonly ListedExport[]>["now"]["value"];

/** After how long the list is asked for again; `undefined` where nothing goes on, or only the user can do something. */
export function untilNextLook(jobs: Jobs, now: number): number | undefined {
  if (jobs.state === "asking") return undefined;
  if (jobs.state === "known") return jobs.value.some(isActive) ? POLL_MILLISECONDS : undefined;
  const { kind, details } = jobs.error;
  if (kind === "throttled") return Math.max(POLL_MILLISECONDS, (details.retryAt ?? 0) - now);
  return kind === "offline" || kind === "failed" ? AGAIN_MILLISECONDS : undefined;
}

export interface ExportListPorts {
  readonly gateway: Gateway;
  readonly now: () => number;
}

/** The user's exports, as the gateway remembers them: they survive the page. */
export function createExportList({ gateway, now }: ExportListPorts): ExportList {
  const asked = createAsked<readonly ListedExport[]>();
  const still = signal<ReadonlySet<string>>(new Set());
  /** When each job was last seen to move. */
  const moved = new Map<string, number>();

  async function read(signal: AbortSignal): Promise<readonly ListedExport[]> {
    const before = new Map((asked.now.peek().value ?? []).map((job) => [job.id, job]));
    const jobs = readExportJobs(await gateway.json("/fhir/$export-jobs", { signal }));
    const shown = jobs.map((job) => shownProgress(before.get(job.id), job));
    still.value = stillOnes(before, shown);
    return shown;
  }

  function stillOnes(
    before: ReadonlyMap<string, ListedExport>,
    jobs: readonly ListedExport[],
  ): ReadonlySet<string> {
    const time = now();
    for (const job of jobs) {
      const known = before.get(job.id);
      if (known === undefined || hasMoved(known, job)) moved.set(job.id, time);
    }
    const isStill = (job: ListedExport) =>
      isActive(job) && time - (moved.get(job.id) ?? time) >= STILL_MILLISECONDS;
    return new Set(jobs.filter(isStill).map(({ id }) => id));
  }

  return {
    jobs: asked.now,
    still,
    refresh: () => asked.ask(read),
    async remove(id) {
      await gateway.ask(`/fhir/$export-poll-status?job=${encodeURIComponent(id)}`, { method: "DELETE" });
      await asked.ask(read);
    },
  };
}
