import { readJson } from "./bounded-json.ts";
import { ExportFault, faultOf } from "./export-fault.ts";
import type { Session } from "./gateway-client.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { plainText } from "./plain-text.ts";
import { retryAfterSeconds } from "./waiting.ts";

/** Where the gateway does not say when to ask again. */
const DEFAULT_POLL_SECONDS = 10;

/** Some hundred bytes a file. */
const MOST_MANIFEST_BYTES = 32 * 1024 * 1024;

/** There is no such job any more: it has failed, was cancelled, or has expired. */
export class JobGone extends ExportFault {}

/** Asks as often as it is told to, until the job has ended. Throws JobGone where no manifest will ever come. */
export async function waitForJob(status: URL, session: Session): Promise<Manifest> {
  for (;;) {
    const response = await session.client.ask(status, { headers: { Accept: "application/json" } });
    if (response.status === 200) return manifestOf(response);
    if (response.status !== 202 && response.status !== 429) throw await ending(response);
    await response.body?.cancel();
    const progress = response.headers.get("X-Progress");
    if (progress !== null) await session.line.show(plainText(progress, 100));
    await session.clock.sleep(1000 * retryAfterSeconds(response, DEFAULT_POLL_SECONDS), session.signal);
  }
}

/** Stops the job and removes its files: with a signal of its own, since Ctrl-C has aborted the command's. */
export async function cancelJob(status: URL, { client }: Session): Promise<void> {
  const response = await client.ask(status, { method: "DELETE", signal: new AbortController().signal });
  if (response.status !== 202 && response.status !== 404)
    throw await faultOf(response, "The job was not cancelled");
  await response.body?.cancel();
}

async function manifestOf(response: Response): Promise<Manifest> {
  const json = await readJson(response, MOST_MANIFEST_BYTES).catch(() => {
    throw new ExportFault("The manifest did not come whole: repeat.");
  });
  return readManifest(json);
}

async function ending(response: Response): Promise<ExportFault> {
  if (response.status === 404) {
    await response.body?.cancel();
    return new JobGone("There is no such export: it was cancelled, has expired, or is another's.");
  }
  const fault = await faultOf(response, "There is no export");
  // A fault of the gateway itself says nothing of the job.
  return fault.code?.startsWith("export-") ? new JobGone(fault.message, fault.code) : fault;
}
