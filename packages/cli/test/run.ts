import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../src/run-command.ts";

export interface Outcome {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A key of the tests' own. */
export const KEY = Buffer.alloc(32, 7).toString("base64url");

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
}

/** One command in this process, as in a shell. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const output = (pieces: Uint8Array[]) => ({
    isTerminal: options.isTerminal ?? false,
    async write(data: string | Uint8Array) {
      pieces.push(typeof data === "string" ? Buffer.from(data) : data);
    },
  });
  const input = typeof options.stdin === "string" ? Buffer.from(options.stdin) : options.stdin;
  const status = await runCommand(args, {
    stdin: chunksOf(input ?? new Uint8Array()),
    stdout: output(out),
    stderr: output(err),
    env: options.env ?? { AAROHAN_KEY: KEY },
  });
  return { status, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() };
}

/** In small pieces, so that lines and characters are cut. */
async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

export function file(name: string, content: string | Uint8Array): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

export function folder(): string {
  return mkdtempSync(join(tmpdir(), "aarohan-test-"));
}

export function linesOf(outcome: Outcome): Record<string, unknown>[] {
  return outcome.stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
