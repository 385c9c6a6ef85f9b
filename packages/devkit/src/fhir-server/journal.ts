import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import type { AnyResource } from "@aarohan/fhir";

/** One resource that was written or deleted (`Patient/1`; `at`: an instant, which older journals do not have). */
export type Change = { readonly put: AnyResource } | { readonly delete: string; readonly at?: string };

/** What clients wrote, as a file: one line of JSON for each set of changes that belong together. */
export class Journal {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Every change, oldest first. A last line that was cut off by a crash is removed: its write was never answered. */
  read(): Change[] {
    if (!existsSync(this.#file)) return [];
    const bytes = readFileSync(this.#file);
    const end = bytes.lastIndexOf("\n") + 1;
    if (end < bytes.length) truncateSync(this.#file, end);
    const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
    return lines.flatMap((line, index) => changesOf(line, index + 1));
  }

  append(changes: readonly Change[]): void {
    if (changes.length > 0) appendFileSync(this.#file, `${JSON.stringify(changes)}\n`);
  }
}

function changesOf(line: string, number: number): Change[] {
  try {
    const changes: unknown = JSON.parse(line);
    if (Array.isArray(changes)) return changes;
  } catch {
    // Reported below, without the line: it holds people's data.
  }
  throw new Error(`line ${number} of the FHIR server's journal is damaged: remove it, or the file`);
}
