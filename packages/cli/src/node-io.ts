import type { Writable } from "node:stream";
import type { CommandIo, CommandOutput } from "./command-io.ts";
import { drained } from "./drained.ts";

/** The process's own streams. */
export function nodeIo(): CommandIo {
  return {
    stdin: process.stdin,
    stdout: output(process.stdout, process.stdout.isTTY === true),
    stderr: output(process.stderr, process.stderr.isTTY === true),
    env: process.env,
    interruption: nextInterruption,
  };
}

/** Listens from the call on; Node's own way with Ctrl-C comes back with the second. */
function nextInterruption(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

function output(stream: Writable, isTerminal: boolean): CommandOutput {
  let closed: Error | undefined;
  stream.on("error", (error) => {
    closed = error;
  });
  return {
    isTerminal,
    async write(data) {
      if (closed !== undefined) throw closed;
      if (!stream.write(data)) await drained(stream);
      if (closed !== undefined) throw closed;
    },
  };
}

/** The reader has gone (`| head`): no fault of the command. */
export function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
