import type { Clock, CommandOutput } from "../command-io.ts";

const EVERY_MILLISECONDS = 200;

/** A longer line would break, and its first half stay on the screen. */
const MOST_CHARACTERS = 79;

/** What goes on: one line that changes on a terminal, plain lines anywhere else. */
export class StatusLine {
  readonly #output: CommandOutput;
  readonly #clock: Clock;
  #last = "";
  #isShown = false;
  #shownAt = 0;

  constructor(output: CommandOutput, clock: Clock) {
    this.#output = output;
    this.#clock = clock;
  }

  /** A line that stays. */
  async say(text: string): Promise<void> {
    await this.clear();
    await this.#output.write(`${text}\n`);
  }

  /** A state: the next one takes its place on a terminal; elsewhere it is written where it differs from the last. */
  async show(text: string): Promise<void> {
    if (this.#output.isTerminal) return this.#draw(text);
    if (text === this.#last) return;
    this.#last = text;
    await this.#output.write(`${text}\n`);
  }

  /** As `show`, a few times a second at most, and on a terminal alone. */
  async tick(text: string): Promise<void> {
    if (!this.#output.isTerminal || this.#clock.now() - this.#shownAt < EVERY_MILLISECONDS) return;
    await this.#draw(text);
  }

  get isTerminal(): boolean {
    return this.#output.isTerminal;
  }

  async clear(): Promise<void> {
    if (this.#isShown) await this.#output.write("\r\u001b[K");
    this.#isShown = false;
  }

  async #draw(text: string): Promise<void> {
    this.#shownAt = this.#clock.now();
    this.#isShown = true;
    const fitting = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
    await this.#output.write(`\r${fitting}\u001b[K`);
  }
}
