import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { assertGatewayError } from "../gateway/create-gateway.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import { Trouble } from "../pieces/trouble.tsx";
import { hasFiles, isActive, type ListedExport } from "./export-job.ts";
import { isRepeatable, newExportHref, requestOfJob } from "./export-request.ts";
import { exportWords } from "./words.ts";

export interface ExportActionsProps {
  readonly job: ListedExport;
  readonly onRemove: (id: string) => Promise<void>;
}

/** Cancel or delete, each asked once more in its place, and duplicate, where that orders the same. */
export function ExportActions({ job, onRemove }: ExportActionsProps) {
  const words = exportWords();
  const isAsking = useSignal(false);
  const error = useSignal<GatewayError | undefined>(undefined);
  const opener = useRef<HTMLButtonElement>(null);
  const duplicate = useRef<HTMLAnchorElement>(null);
  const actions = useRef<HTMLDivElement>(null);
  const canRemove = isActive(job) || hasFiles(job);

  async function remove(): Promise<void> {
    isAsking.value = false;
    try {
      error.value = undefined;
      await onRemove(job.id);
    } catch (caught) {
      assertGatewayError(caught);
      error.value = caught;
    }
  }

  return (
    <div class="cluster actions" ref={actions} tabIndex={-1}>
      {isRepeatable(job) && (
        <a href={newExportHref(requestOfJob(job))} ref={duplicate}>
          {words.duplicate}
        </a>
      )}
      {canRemove && (
        <button
          type="button"
          class="button"
          ref={opener}
          aria-expanded={isAsking.value}
          onClick={() => {
            isAsking.value = !isAsking.value;
          }}
        >
          {isActive(job) ? words.cancel : words.remove}
        </button>
      )}
      {canRemove && isAsking.value && (
        <Confirmation
          question={isActive(job) ? words.confirmCancel : words.confirmRemove}
          onYes={() => {
            // The question and what asked it go away: the focus stays with the job.
            (duplicate.current ?? actions.current)?.focus();
            void remove();
          }}
          onNo={() => {
            isAsking.value = false;
            opener.current?.focus();
          }}
        />
      )}
      {error.value !== undefined && <Trouble error={error.value} onRetry={remove} />}
    </div>
  );
}

interface ConfirmationProps {
  readonly question: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

function Confirmation({ question, onYes, onNo }: ConfirmationProps) {
  const words = exportWords();
  const no = useRef<HTMLButtonElement>(null);
  // Once, when the question appears: the list may be drawn anew while it is asked.
  useEffect(() => no.current?.focus(), []);
  return (
    <fieldset class="notice notice-bad">
      <legend>{question}</legend>
      <button type="button" class="button button-danger" onClick={onYes}>
        {words.yes}
      </button>
      <button type="button" class="button" ref={no} onClick={onNo}>
        {words.no}
      </button>
    </fieldset>
  );
}
