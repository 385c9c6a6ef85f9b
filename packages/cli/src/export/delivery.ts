import { complaintsIn } from "./complaints.ts";
import { downloadFile, megabytes } from "./download.ts";
import { ExportFault } from "./export-fault.ts";
import { completeRun } from "./export-folder.ts";
import { isOfGateway, type Session } from "./gateway-client.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { RunFolder } from "./run-folder.ts";
import type { StatusLine } from "./status-line.ts";

/** Complaints that are told one by one; more are only counted. */
const MOST_TOLD = 20;

/**
 * Brings all files of a manifest into a folder, one after the other, and then the manifest; nothing where it is there.
 * True where nothing is said to be missing.
 */
export async function deliver(
  manifest: Manifest,
  path: string,
  base: URL,
  session: Session,
): Promise<boolean> {
  const files = [...manifest.data, ...manifest.errors];
  if (!files.every(({ url }) => isOfGateway(url, base))) {
    throw new ExportFault("The manifest names a file of another server: nothing is downloaded.");
  }
  const run = new RunFolder(path);
  const there = await completeRun(path);
  if (there !== undefined && !isSame(there, manifest)) {
    throw new ExportFault(`${path}: holds another export of that time; give another --out.`);
  }
  if (there === undefined) await fetchAll(files, run, session);
  if (there === undefined) await run.complete(manifest);
  let isComplete = true;
  for (const file of manifest.errors) {
    if (await tellComplaints(run.placeOf(file), session.line)) isComplete = false;
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const done = there === undefined ? "" : ", complete already";
  const noun = files.length === 1 ? "file" : "files";
  await session.line.say(`${files.length} ${noun}, ${megabytes(bytes)} MB${done}`);
  return isComplete;
}

async function fetchAll(files: readonly ManifestFile[], run: RunFolder, session: Session): Promise<void> {
  await run.prepare();
  for (const file of files) {
    await downloadFile(file, run, session);
    await session.line.say(`${file.name}: ${file.count} of ${file.type}, ${megabytes(file.size)} MB`);
  }
}

function isSame(one: Manifest, other: Manifest): boolean {
  const files = ({ data, errors }: Manifest) =>
    [...data, ...errors].map(({ name, sha256 }) => `${name} ${sha256}`).join("\n");
  return one.request.href === other.request.href && files(one) === files(other);
}

/** True where one is more than a notice. */
async function tellComplaints(path: string, line: StatusLine): Promise<boolean> {
  let told = 0;
  let isSerious = false;
  for await (const complaint of complaintsIn(path)) {
    told += 1;
    isSerious ||= complaint.isSerious;
    if (told <= MOST_TOLD) await line.say(`The gateway says: ${complaint.text}`);
  }
  if (told > MOST_TOLD) await line.say(`and ${told - MOST_TOLD} more, in ${path}`);
  return isSerious;
}
