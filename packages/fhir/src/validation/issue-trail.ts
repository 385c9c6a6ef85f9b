import type { ValidationCode, ValidationIssue } from "./validation-issue.ts";

/**
 * The issues found so far and the place in the resource where the validation stands. The place lies on two stacks, so
 * that a path is written only for an issue. Holds at most `limit` issues.
 */
export class IssueTrail {
  readonly issues: ValidationIssue[] = [];
  readonly #limit: number;
  readonly #names: string[] = [];
  readonly #indexes: number[] = [];
  #stopped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Levels of objects entered and not left. */
  get depth(): number {
    return this.#names.length;
  }

  /** Whether to look no further: the limit is reached, or the resource is nested too deeply. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** `index` is the place in a list, or -1. */
  enter(name: string, index: number): void {
    this.#names.push(name);
    this.#indexes.push(index);
  }

  leave(): void {
    this.#names.pop();
    this.#indexes.pop();
  }

  /** Reports an element of the object that was entered last. `index` is its place in a list, or -1. */
  report(code: ValidationCode, name: string, index = -1): void {
    if (this.#stopped) return;
    const steps = this.#names.map((entered, level) => step(entered, this.#indexes[level] ?? -1));
    this.issues.push({ path: [...steps, step(name, index)].join("."), code });
    this.#stopped = this.issues.length >= this.#limit;
  }

  stop(): void {
    this.#stopped = true;
  }
}

function step(name: string, index: number): string {
  return index < 0 ? name : `${name}[${index}]`;
}
