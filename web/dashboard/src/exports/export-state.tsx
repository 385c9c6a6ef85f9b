import type { ExportState } from "@aarohan/contract";
import type { ListedExport } from "./export-job.ts";
import { exportWords } from "./words.ts";

/** The state by a word and a shape, never by colour alone. */
export function StateBadge({ state }: { readonly state: ExportState }) {
  return (
    <span class="badge" data-state={state}>
      {stateWord(state)}
    </span>
  );
}

/** The same for who does not see it change. */
export function StateSaid({ state }: { readonly state: ExportState }) {
  return (
    <p class="visually-hidden" role="status">
      {stateWord(state)}
    </p>
  );
}

function stateWord(state: ExportState): string {
  const words = exportWords();
  return state === "complete-with-errors" ? words.completeWithErrors : words[state];
}

export interface StateTextProps {
  readonly job: ListedExport;
  readonly isStill: boolean;
}

/** What the state means for the user; nothing where the word says it all. */
export function StateText({ job, isStill }: StateTextProps) {
  const words = exportWords();
  const text = {
    queued: words.queuedText,
    running: "",
    complete: "",
    "complete-with-errors": words.errorsText,
    failed: words.failedText,
    cancelled: words.cancelledText,
    expired: words.expiredText,
  }[job.state];
  return (
    <>
      {text !== "" && <p class="hint">{text}</p>}
      {isStill && (
        <p class="notice notice-waiting" role="status">
          {words.still}
        </p>
      )}
    </>
  );
}
