import type { AnyResource } from "@aarohan/fhir";
import { FhirError, outcomeOf } from "./outcome.ts";

/** What a client asks for, over HTTP or in an entry of a Bundle. */
export interface Interaction {
  readonly method: string;
  /** Below the base URL, without a slash before it: `Patient/1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of POST and PUT. */
  readonly resource?: AnyResource;
  /** The client wants no search that was answered before (`Cache-Control: no-cache`). */
  readonly isFresh?: boolean;
  /** Of a resource that is created. Default: a random one. */
  readonly newId?: string;
}

export interface Answer {
  readonly status: number;
  /** JSON in UTF-8. */
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Perform = (interaction: Interaction) => Answer;

/** An error as the answer that a client sees; what is not a refusal is a 500 that says no more. */
export function answerOf(error: unknown): Answer {
  const known = error instanceof FhirError ? error : new FhirError(500, "exception", "the server failed");
  return { status: known.status, body: Buffer.from(JSON.stringify(outcomeOf(known))) };
}
