import { type ReadonlySignal, signal } from "@preact/signals";
import { assertGatewayError } from "./create-gateway.ts";
import type { GatewayError } from "./gateway-error.ts";

/** What is known of something that is asked for; what was known stays while it is asked for again. */
export type Known<T> =
  | { readonly state: "asking"; readonly value: T | undefined }
  | { readonly state: "known"; readonly value: T }
  | { readonly state: "failed"; readonly value: T | undefined; readonly error: GatewayError };

export interface Asked<T> {
  readonly now: ReadonlySignal<Known<T>>;
  /** Asks, and drops what is still under way: the last question counts. */
  ask(read: (signal: AbortSignal) => Promise<T>): Promise<void>;
  /** What was known belongs to another question: it is shown no longer. */
  forget(): void;
}

export function createAsked<T>(): Asked<T> {
  const now = signal<Known<T>>({ state: "asking", value: undefined });
  let underWay = new AbortController();

  async function ask(read: (signal: AbortSignal) => Promise<T>): Promise<void> {
    underWay.abort();
    const own = new AbortController();
    underWay = own;
    now.value = { state: "asking", value: now.peek().value };
    try {
      const value = await read(own.signal);
      if (!own.signal.aborted) now.value = { state: "known", value };
    } catch (error) {
      if (own.signal.aborted) return;
      assertGatewayError(error);
      now.value = { state: "failed", value: now.peek().value, error };
    }
  }

  return {
    now,
    ask,
    forget() {
      underWay.abort();
      now.value = { state: "asking", value: undefined };
    },
  };
}
