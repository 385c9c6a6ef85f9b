import type { Clock } from "../src/command-io.ts";
import { runCommand } from "../src/run-command.ts";
import { type StubGateway, TOKEN } from "./export-gateway.ts";

export interface ExportRun {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  /** Sees what is written to standard error; Ctrl-C is `interrupt()`. */
  readonly onText?: (text: string, interrupt: () => void) => void;
  /** Sees each wait, before the time has passed. */
  readonly onSleep?: (seconds: number, interrupt: () => void) => void;
}

export interface ExportEnd {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Seconds of each wait: none of them really passes. */
  readonly waits: readonly number[];
}

/** `aarohan export --base …` in this process, with a time of its own. */
export async function runExport(
  gateway: StubGateway,
  args: readonly string[],
  options: ExportRun = {},
): Promise<ExportEnd> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  const written = { stdout: "", stderr: "" };
  const waits: number[] = [];
  const output = (name: "stdout" | "stderr") => ({
    isTerminal: options.isTerminal ?? false,
    async write(data: string | Uint8Array) {
      const text = typeof data === "string" ? data : Buffer.from(data).toString();
      written[name] += text;
      if (name === "stderr") options.onText?.(text, interrupt);
    },
  });
  const status = await runCommand(["export", "--base", gateway.base, ...args], {
    stdin: nothing(),
    stdout: output("stdout"),
    stderr: output("stderr"),
    env: options.env ?? { AAROHAN_TOKEN: TOKEN },
    clock: clockOf((seconds) => {
      waits.push(seconds);
      options.onSleep?.(seconds, interrupt);
    }),
    interruption: () => controller.signal,
  });
  return { status, ...written, waits };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function clockOf(onSleep: (seconds: number) => void): Clock {
  let now = Date.parse("2026-11-23T20:00:00Z");
  return {
    now: () => now,
    async sleep(milliseconds, signal) {
      onSleep(milliseconds / 1000);
      signal.throwIfAborted();
      now += milliseconds;
    },
  };
}
