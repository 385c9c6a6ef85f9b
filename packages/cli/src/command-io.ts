/** What a command has of the world: handed in, so that commands run in tests as they do in a shell. */
export interface CommandIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: the real time. */
  readonly clock?: Clock;
  /** Takes Ctrl-C over: aborts at the first one; the second ends the process. Default: it is not taken over. */
  readonly interruption?: () => AbortSignal;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects as soon as the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface CommandOutput {
  /** Resolves when the receiver has taken it: whoever waits holds no more than one piece. */
  write(data: string | Uint8Array): Promise<void>;
  readonly isTerminal: boolean;
}

/** Exit statuses of all commands: `failed` is a fault of the outside, `incomplete` is done, but with parts left out. */
export const EXIT = { ok: 0, found: 1, failed: 1, usage: 2, incomplete: 3 } as const;

/** The arguments, or what they name, cannot be used: nothing was done. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
