import { type IndicatorRows, readReports } from "@aarohan/kit";
import type { ReadonlySignal } from "@preact/signals";
import { createAsked, type Known } from "../gateway/asked.ts";
import { malformedError } from "../gateway/gateway-error.ts";

export interface ReportsPorts {
  readonly json: (path: string, options: { readonly signal: AbortSignal }) => Promise<unknown>;
  readonly now: () => number;
  /** Calls once after so many milliseconds; returns what takes it back. */
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

/** The reports of one query. */
export interface Reports {
  readonly now: ReadonlySignal<Known<readonly IndicatorRows[]>>;
  /** Another query: what was known is of another one, and is shown no longer. */
  show(path: string): Promise<void>;
  /** The same query again; what is known stays meanwhile. */
  again(): Promise<void>;
  stop(): void;
}

/** While the gateway counts or is busy it says when to ask again: then it is asked again, without anybody doing anything. */
export function createReports(ports: ReportsPorts): Reports {
  const asked = createAsked<readonly IndicatorRows[]>();
  let shown: string | undefined;
  let takeBack = () => {};

  async function again(): Promise<void> {
    const path = shown;
    if (path === undefined) return;
    takeBack();
    await asked.ask(async (signal) => readAll(path, await ports.json(path, { signal })));
    if (shown === path) askLater();
  }

  function askLater(): void {
    const known = asked.now.peek();
    if (known.state !== "failed" || known.error.kind !== "throttled") return;
    const { retryAt } = known.error.details;
    if (retryAt !== undefined) takeBack = ports.after(Math.max(0, retryAt - ports.now()), () => void again());
  }

  function stop(): void {
    takeBack();
    shown = undefined;
    asked.forget();
  }

  return {
    now: asked.now,
    async show(path) {
      stop();
      shown = path;
      await again();
    },
    again,
    stop,
  };
}

function readAll(path: string, document: unknown): readonly IndicatorRows[] {
  try {
    return readReports(document);
  } catch {
    throw malformedError(path);
  }
}
