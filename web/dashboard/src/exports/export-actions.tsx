import type { ExportSummary } from "@aarohan/contract";
import { useSignal } from "@preact/signals";
import { assertGatewayError } from "../gateway/create-gateway.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import { Trouble } from "../pieces/trouble.tsx";
import { hasFiles, isActive } from "./export-job.ts";
import { newExportHref, requestOfJob } from "./export-request.ts";
import { exportWords } from "./words.ts";

export interface ExportActionsProps {
  readonly job: ExportSummary;
  readonly onRemove: (id: string) => Promise<void>;
}

/** Cancel or delete, each asked once more in its place, and duplicate. */
export function ExportActions({ job, onRemove }: ExportActionsProps) {
  const words = exportWords();
  const isAsking = useSignal(false);
  const error = useSignal<GatewayError | undefined>(undefined);
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
    <div class="cluster actions">
      <a href={newExportHref(requestOfJob(job))}>{words.duplicate}</a>
      {canRemove && !isAsking.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {isActive(job) ? words.cancel : words.remove}
        </button>
      )}
      {canRemove && isAsking.value && (
        <Confirmation
          question={isActive(job) ? words.confirmCancel : words.confirmRemove}
          onYes={remove}
          onNo={() => {
            isAsking.value = false;
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
  return (
    <fieldset class="notice notice-bad">
      <legend>{question}</legend>
      <button type="button" class="button button-danger" onClick={onYes}>
        {words.yes}
      </button>
      <button type="button" class="button" ref={(button) => button?.focus()} onClick={onNo}>
        {words.no}
      </button>
    </fieldset>
  );
}
