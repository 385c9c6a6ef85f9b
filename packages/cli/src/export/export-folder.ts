import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../command-io.ts";
import { ExportFault } from "./export-fault.ts";
import { type Manifest, readManifest } from "./manifest.ts";

/** A job that was ordered, and whose files are not all here. */
export interface UnfinishedJob {
  readonly status: string;
  readonly kickOff: string;
}

const RUN = /^\d{4}-\d\d-\d\dT\d{6}Z$/;

/** The folder of `--out`: a subfolder for each run, named by its transaction time, and a note of the job that runs. */
export class ExportFolder {
  readonly path: string;
  readonly #note: string;

  constructor(path: string) {
    this.path = path;
    this.#note = join(path, "unfinished.json");
  }

  /** Names sort as the times do. */
  runPath(transactionTime: string): string {
    const second = new Date(transactionTime).toISOString().slice(0, 19);
    return join(this.path, `${second.replaceAll(":", "")}Z`);
  }

  /** The newest run that has its manifest, and so everything. */
  async newestRun(): Promise<Manifest | undefined> {
    const names = await readdir(this.path).catch(() => []);
    for (const name of names
      .filter((name) => RUN.test(name))
      .sort()
      .reverse()) {
      const manifest = await completeRun(join(this.path, name));
      if (manifest !== undefined) return manifest;
    }
    return undefined;
  }

  async unfinished(): Promise<UnfinishedJob | undefined> {
    const text = await readFile(this.#note, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const { status, kickOff } = Object(jsonOf(text, this.#note));
    if (!URL.canParse(status) || !URL.canParse(kickOff)) throw unreadable(this.#note);
    return { status: String(status), kickOff: String(kickOff) };
  }

  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true });
  }

  /** The folder must be there. */
  async begin(job: UnfinishedJob): Promise<void> {
    await writeWhole(this.#note, job);
  }

  /** The job has ended, or is given up; another job's note stays. */
  async end(status: URL): Promise<void> {
    if ((await this.unfinished())?.status === status.href) await rm(this.#note, { force: true });
  }
}

/** The manifest of a run's folder; `undefined` where the run is not complete. */
export async function completeRun(path: string): Promise<Manifest | undefined> {
  const file = join(path, "manifest.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return readManifest(jsonOf(text, file));
  } catch (error) {
    if (error instanceof ExportFault) throw unreadable(file);
    throw error;
  }
}

/** Whole or not at all: under another name first. */
export async function writeWhole(file: string, json: unknown): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(json, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(file);
  }
}

function unreadable(file: string): UsageError {
  return new UsageError(`${file}: was not written by this command; remove it, or give another --out`);
}
