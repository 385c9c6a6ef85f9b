/** What a command has of the world: handed in, so that commands run in tests as they do in a shell. */
export interface CommandIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface CommandOutput {
  /** Resolves when the receiver has taken it: whoever waits holds no more than one piece. */
  write(data: string | Uint8Array): Promise<void>;
  readonly isTerminal: boolean;
}

/** Exit statuses of all commands. */
export const EXIT = { ok: 0, found: 1, usage: 2 } as const;

/** The arguments, or what they name, cannot be used: nothing was done. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
