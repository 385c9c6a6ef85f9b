import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyResource } from "@aarohan/fhir";
import type { AnswerColumn, Audience } from "@aarohan/formats";
import { type CommandOutput, UsageError } from "../command-io.ts";
import { drained } from "../drained.ts";
import { type TableFormat, tableBytes } from "./table-bytes.ts";

export type AnonymizeFormat = "ndjson" | TableFormat;

/** Where anonymised resources go. */
export interface ResourceOutput {
  add(resource: AnyResource): Promise<void>;
  /** Writes what is held; nothing may be added then. */
  finish(): Promise<void>;
  /** Takes away what only the run needed, also after a fault. */
  cleanUp(): Promise<void>;
}

export interface OutputOptions {
  readonly format: AnonymizeFormat;
  /** File or folder; `undefined` for standard output. */
  readonly out: string | undefined;
  readonly stdout: CommandOutput;
  readonly audience: Audience;
  readonly answers: readonly AnswerColumn[];
}

/** Output is written in pieces of about this size. */
const PIECE_CHARACTERS = 64 * 1024;

export async function resourceOutput(options: OutputOptions): Promise<ResourceOutput> {
  if (options.format !== "ndjson") return tableOutput(options, options.format);
  return lineOutput(options.out === undefined ? options.stdout : fileOutput(createWriteStream(options.out)));
}

interface ClosableOutput extends CommandOutput {
  close?(): Promise<void>;
}

function fileOutput(stream: WriteStream): ClosableOutput {
  let failed: Error | undefined;
  stream.on("error", (error) => {
    failed = error;
  });
  return {
    isTerminal: false,
    async write(data) {
      if (failed !== undefined) throw new UsageError("the output cannot be written");
      if (!stream.write(data)) await drained(stream);
    },
    async close() {
      stream.end();
      if (!stream.closed) await once(stream, "close");
      if (failed !== undefined) throw new UsageError("the output cannot be written");
    },
  };
}

/** NDJSON. Holds one piece. */
function lineOutput(output: ClosableOutput): ResourceOutput {
  let held = "";
  async function flush(): Promise<void> {
    const piece = held;
    held = "";
    if (piece !== "") await output.write(piece);
  }
  return {
    async add(resource) {
      held += `${JSON.stringify(resource)}\n`;
      if (held.length >= PIECE_CHARACTERS) await flush();
    },
    async finish() {
      await flush();
      await output.close?.();
    },
    async cleanUp() {},
  };
}

/**
 * A table a type: the anonymised lines of each type go to a file of their own first, since a table's writer reads one type
 * after the other. Holds one piece a type, and then what the table's format holds.
 */
async function tableOutput(options: OutputOptions, format: TableFormat): Promise<ResourceOutput> {
  const folder = await mkdtemp(join(tmpdir(), "aarohan-"));
  const spools = new Map<string, ResourceOutput>();
  const { out } = options;
  if (out !== undefined) await mkdir(out, { recursive: true }).catch(() => assertFolder(out));

  function spool(type: string): ResourceOutput {
    const known = spools.get(type) ?? lineOutput(fileOutput(createWriteStream(join(folder, type))));
    spools.set(type, known);
    return known;
  }

  return {
    add: (resource) => spool(resource.resourceType).add(resource),
    async finish() {
      if (out === undefined && spools.size > 1) {
        throw new UsageError(
          `there are ${spools.size} types, and a table has one: give --out FOLDER or --type TYPE`,
        );
      }
      for (const [type, lines] of spools) {
        await lines.finish();
        const target =
          out === undefined ? options.stdout : fileOutput(createWriteStream(join(out, `${type}.${format}`)));
        for (const chunk of tableBytes(format, type, join(folder, type), options)) await target.write(chunk);
        if (out !== undefined && "close" in target) await (target as ClosableOutput).close?.();
      }
    },
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  };
}

async function assertFolder(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UsageError(`${path}: is no folder that can be made`);
}
