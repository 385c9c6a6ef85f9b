import { removeOrphans } from "./orphans.ts";

export { ExportDesk } from "./export-desk.ts";
export { ExportJob } from "./export-job.ts";
export { ExportQueue } from "./export-queue.ts";
export { ExportShard } from "./export-shard.ts";
export { type CubeState, IndicatorCube } from "./indicator-cube.ts";
export { ReleaseBook, type ReleasedAnswer, type ReleaseHead, type ReleaseState } from "./release-book.ts";
export type { ServedFile } from "./stored-file.ts";

/** The exporter answers to its bindings alone. */
export default {
  fetch: () => new Response(null, { status: 404 }),
  scheduled: (_, env) => removeOrphans(env, Date.now()),
} satisfies ExportedHandler<Env>;
