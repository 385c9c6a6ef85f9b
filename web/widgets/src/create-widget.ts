import type { IndicatorRows } from "@aarohan/kit";
import { type ReadonlySignal, signal } from "@preact/signals-core";
import { askReport, type ReportAnswer, type ReportTrouble } from "./ask-report.ts";
import { createTokenSource, type GetToken, type TokenSource } from "./embed-token.ts";
import { type Cut, reportAddress, type WidgetQuestion } from "./widget-question.ts";

/** Reports by how they are cut; those that are not asked for are not there. */
export type WidgetReports = Readonly<Partial<Record<Cut, IndicatorRows>>>;

export type WidgetState =
  | { readonly kind: "loading" }
  | { readonly kind: "told"; readonly reports: WidgetReports; readonly isOffline: boolean }
  | { readonly kind: "no-token" | "no-measure" | ReportTrouble };

/** What is asked, and with whose token; a private widget without `getToken` waits for it. */
export interface WidgetTask {
  /** `undefined`: the widget has no such Measure. */
  readonly question: WidgetQuestion | undefined;
  readonly isPrivate: boolean;
  readonly getToken: GetToken | undefined;
}

export interface WidgetModel {
  readonly now: ReadonlySignal<WidgetState>;
  /** What is shown for another task goes; the token of another `getToken` too. */
  set(task: WidgetTask): void;
  /** The same once more, while what is known stays. */
  again(): Promise<void>;
  close(): void;
}

export function createWidget(cuts: readonly Cut[]): WidgetModel {
  const now = signal<WidgetState>({ kind: "loading" });
  let task: WidgetTask = { question: undefined, isPrivate: false, getToken: undefined };
  let tokens: TokenSource | undefined;
  let asking = new AbortController();

  async function again(): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const { signal: mine } = asking;
    const state = await stateOf(mine);
    if (!mine.aborted) now.value = kept(state, now.peek());
  }

  async function stateOf(mine: AbortSignal): Promise<WidgetState> {
    const { question, isPrivate, getToken } = task;
    if (question === undefined) return { kind: "no-measure" };
    if (isPrivate && getToken === undefined) return { kind: "loading" };
    const reports: Partial<Record<Cut, IndicatorRows>> = {};
    for (const cut of cuts) {
      const answer = await answered(reportAddress(question, cut), mine);
      if (answer.kind === "no-token") return answer;
      // The page has given the same one again, or one that is as old.
      if (answer.kind === "expired") return { kind: "no-token" };
      if (answer.kind !== "told") return { kind: answer.kind };
      reports[cut] = answer.report;
    }
    return { kind: "told", reports, isOffline: false };
  }

  /** With a token that has expired meanwhile, once more with the next one. */
  async function answered(address: string, mine: AbortSignal): Promise<ReportAnswer | { kind: "no-token" }> {
    const answer = await askWithToken(address, mine);
    if (answer.kind !== "expired") return answer;
    tokens?.forget();
    return askWithToken(address, mine);
  }

  async function askWithToken(
    address: string,
    mine: AbortSignal,
  ): Promise<ReportAnswer | { kind: "no-token" }> {
    let token: string | undefined;
    try {
      token = await tokens?.token();
    } catch {
      return { kind: "no-token" };
    }
    return mine.aborted ? { kind: "failed" } : askQuietly(address, token, mine);
  }

  return {
    now,
    set(next) {
      if (next.getToken !== task.getToken) {
        tokens?.close();
        tokens =
          next.getToken === undefined ? undefined : createTokenSource(next.getToken, () => void again());
      }
      task = next;
      now.value = { kind: "loading" };
      void again();
    },
    again,
    close() {
      asking.abort();
      tokens?.close();
    },
  };
}

/** What is asked no more has no answer that anybody waits for. */
async function askQuietly(
  address: string,
  token: string | undefined,
  mine: AbortSignal,
): Promise<ReportAnswer> {
  try {
    return await askReport(address, token, mine);
  } catch (error) {
    if (mine.aborted) return { kind: "failed" };
    throw error;
  }
}

/** Without a connection, or while the page has no token, what was told stays: it is marked. A refusal takes it away. */
function kept(next: WidgetState, before: WidgetState): WidgetState {
  const isPassing = next.kind === "offline" || next.kind === "busy" || next.kind === "no-token";
  return isPassing && before.kind === "told" ? { ...before, isOffline: true } : next;
}
