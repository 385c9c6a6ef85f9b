import type { CommandOutput } from "../command-io.ts";

const EVERY_MILLISECONDS = 200;

/** A line with the rate, on a terminal; nothing else anywhere. */
export class Progress {
  readonly #output: CommandOutput;
  readonly #started = performance.now();
  #shown = 0;
  #resources = 0;
  #bytes = 0;

  constructor(output: CommandOutput) {
    this.#output = output;
  }

  async count(bytes: number): Promise<void> {
    this.#resources += 1;
    this.#bytes += bytes;
    const now = performance.now();
    if (!this.#output.isTerminal || now - this.#shown < EVERY_MILLISECONDS) return;
    this.#shown = now;
    await this.#output.write(`\r${this.summary()}\u001b[K`);
  }

  async clear(): Promise<void> {
    if (this.#output.isTerminal && this.#shown > 0) await this.#output.write("\r\u001b[K");
  }

  summary(): string {
    const seconds = Math.max(0.001, (performance.now() - this.#started) / 1000);
    const megabytes = this.#bytes / 1e6;
    return `${this.#resources} resources, ${megabytes.toFixed(1)} MB, ${Math.round(this.#resources / seconds)} resources/s, ${(megabytes / seconds).toFixed(1)} MB/s`;
  }
}
