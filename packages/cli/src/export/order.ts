import { UsageError } from "../command-io.ts";
import type { ExportFolder } from "./export-folder.ts";
import type { ExportOptions } from "./export-options.ts";
import { sinceOf } from "./follow-on.ts";
import type { Session } from "./gateway-client.ts";
import { kickOff, kickOffUrl } from "./kick-off.ts";

export interface OrderedJob {
  /** Address of its state. */
  readonly status: URL;
  /** Ordered by an earlier command: it may be gone by now. */
  readonly isTakenUp: boolean;
}

/** The job of `--job`, the unfinished one of the folder, or a new one, which is then noted in the folder. */
export async function orderedJob(
  options: ExportOptions,
  folder: ExportFolder,
  session: Session,
): Promise<OrderedJob> {
  if (options.job !== undefined) return { status: options.job, isTakenUp: false };
  const url = await orderUrl(options, folder, session);
  if (!options.isDownload) return { status: await order(url, session), isTakenUp: false };
  const unfinished = await folder.unfinished();
  if (unfinished?.kickOff === url.href) {
    await session.line.say("Goes on with the export that is unfinished.");
    return { status: new URL(unfinished.status), isTakenUp: true };
  }
  if (unfinished !== undefined) {
    throw new UsageError(
      `${folder.path}: holds an unfinished export of other options; finish it by --job ${unfinished.status}, or give another --out`,
    );
  }
  // Before the order: a folder that cannot be made is not to cost an hour's export.
  await folder.prepare();
  const status = await order(url, session);
  await folder.begin({ status: status.href, kickOff: url.href });
  return { status, isTakenUp: false };
}

async function order(url: URL, session: Session): Promise<URL> {
  const status = await kickOff(url, session);
  await session.line.say(`Ordered: ${status.href}`);
  return status;
}

async function orderUrl(
  { base, selection, sinceLast }: ExportOptions,
  folder: ExportFolder,
  { line }: Session,
): Promise<URL> {
  const url = kickOffUrl(base, selection);
  if (!sinceLast) return url;
  const last = await folder.newestRun();
  if (last !== undefined) return kickOffUrl(base, { ...selection, since: sinceOf(last, url) });
  await line.say(`${folder.path} has no complete run: everything is exported.`);
  return url;
}
