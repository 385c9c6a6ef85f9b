import { type CommandIo, EXIT } from "../command-io.ts";
import { isClosedPipe } from "../node-io.ts";
import { deliver } from "./delivery.ts";
import { ExportFault } from "./export-fault.ts";
import { completeRun, ExportFolder } from "./export-folder.ts";
import { cancelJob, JobGone, waitForJob } from "./export-job.ts";
import { type ExportOptions, readOptions } from "./export-options.ts";
import { assertFits, followsOn } from "./follow-on.ts";
import { createGatewayClient, type Session } from "./gateway-client.ts";
import type { Manifest } from "./manifest.ts";
import { orderedJob } from "./order.ts";
import { StatusLine } from "./status-line.ts";
import { REAL_CLOCK } from "./waiting.ts";

export { EXPORT_HELP } from "./export-options.ts";

export async function runExport(args: readonly string[], io: CommandIo): Promise<number> {
  const options = readOptions(args, io.env);
  const session = sessionOf(options, io);
  try {
    return await exported(options, session, io);
  } catch (error) {
    const sentence = sentenceOf(error, options, session);
    if (sentence === undefined) throw error;
    await session.line.say(sentence);
    return EXIT.failed;
  }
}

async function exported(options: ExportOptions, session: Session, io: CommandIo): Promise<number> {
  const folder = new ExportFolder(options.out);
  const { status, manifest } = await finishedJob(options, folder, session);
  await assertFollowsOn(manifest, folder).catch(async (error: unknown) => {
    await folder.end(status);
    throw error;
  });
  if (!options.isDownload) {
    await session.line.clear();
    await io.stdout.write(`${JSON.stringify(manifest.json, null, 2)}\n`);
    return manifest.errors.length === 0 ? EXIT.ok : EXIT.incomplete;
  }
  const path = folder.runPath(manifest.transactionTime);
  const isComplete = await deliver(manifest, path, options.base, session);
  await folder.end(status);
  await io.stdout.write(`${path}\n`);
  return isComplete ? EXIT.ok : EXIT.incomplete;
}

function sessionOf(options: ExportOptions, io: CommandIo): Session {
  const clock = io.clock ?? REAL_CLOCK;
  const signal = io.interruption?.() ?? new AbortController().signal;
  const waiting = { clock, signal, line: new StatusLine(io.stderr, clock) };
  return { ...waiting, client: createGatewayClient(options.base, options.tokens(waiting), waiting) };
}

interface FinishedJob {
  readonly status: URL;
  readonly manifest: Manifest;
}

/** Orders a job, or takes one up, and waits for it. One that was noted and has gone is ordered again. */
async function finishedJob(
  options: ExportOptions,
  folder: ExportFolder,
  session: Session,
): Promise<FinishedJob> {
  const { status, isTakenUp } = await orderedJob(options, folder, session);
  try {
    return { status, manifest: await waitForJob(status, session) };
  } catch (error) {
    if (session.signal.aborted) throw await interruptedJob(status, options, folder, session);
    if (!(error instanceof JobGone)) throw error;
    await folder.end(status);
    if (!isTakenUp) throw error;
    await session.line.say(`${error.message} It is ordered again.`);
    return finishedJob(options, folder, session);
  }
}

async function interruptedJob(
  status: URL,
  { isKept }: ExportOptions,
  folder: ExportFolder,
  session: Session,
): Promise<ExportFault> {
  if (isKept) return new ExportFault(`The export goes on without you: --job ${status.href}`);
  await session.line.say("Cancels the export. (Ctrl-C again: leaves it running.)");
  await cancelJob(status, session);
  await folder.end(status);
  return new ExportFault("The export is cancelled.");
}

/** Changes since a run of this folder are to fit to it. */
async function assertFollowsOn(manifest: Manifest, folder: ExportFolder): Promise<void> {
  const since = manifest.request.searchParams.get("_since");
  if (since === null || Number.isNaN(Date.parse(since))) return;
  const last = await completeRun(folder.runPath(since));
  if (last !== undefined && followsOn(manifest, last)) assertFits(manifest, last);
}

/** What the user is told; `undefined` for what only a defect of this command explains. */
function sentenceOf(error: unknown, { out }: ExportOptions, { signal }: Session): string | undefined {
  if (error instanceof ExportFault) return error.message;
  if (signal.aborted) return "Stopped. The same command goes on where it was.";
  if (error instanceof Error && "syscall" in error && "code" in error && !isClosedPipe(error)) {
    return `${out}: cannot be read or written (${String(error.code)}).`;
  }
  return undefined;
}
