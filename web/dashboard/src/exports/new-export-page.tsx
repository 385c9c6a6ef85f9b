import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { address } from "../address/address.ts";
import { assertGatewayError } from "../gateway/create-gateway.ts";
import { gateway } from "../gateway/gateway.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import { rowTypes } from "../gateway/row-types.ts";
import { Answer } from "../pieces/answer.tsx";
import { Trouble } from "../pieces/trouble.tsx";
import { session } from "../session/session.ts";
import { SnippetPanel } from "../snippets/snippet-panel.tsx";
import { kickOffSnippets } from "../snippets/snippets.ts";
import { type ExportRequest, isReady, kickOffPath, requestOfQuery } from "./export-request.ts";
import { NewExportForm } from "./new-export-form.tsx";
import { newExportWords } from "./new-export-words.ts";
import { PreflightPanel } from "./preflight-panel.tsx";

/** The order of an export, and what is to be known before it. */
export function NewExportPage() {
  const words = newExportWords();
  const request = requestOfQuery(address.query.value);
  useEffect(() => void rowTypes.load(), []);
  return (
    <>
      <p>
        <a href="/exports">{words.back}</a>
      </p>
      <h1>{words.title}</h1>
      <Answer to={rowTypes.now} onRetry={rowTypes.load}>
        {(types) => <NewExportForm request={request} types={types} />}
      </Answer>
      {request.types.length === 0 ? (
        <p class="empty-state">{words.chooseTypes}</p>
      ) : (
        <>
          <PreflightPanel request={request} />
          <Start request={request} />
          <SnippetPanel
            snippets={kickOffSnippets({
              url: `${location.origin}${kickOffPath(request)}`,
              role: session.named.value,
            })}
          />
        </>
      )}
    </>
  );
}

function Start({ request }: { readonly request: ExportRequest }) {
  const words = newExportWords();
  const isStarting = useSignal(false);
  const error = useSignal<GatewayError | undefined>(undefined);

  async function start(): Promise<void> {
    isStarting.value = true;
    error.value = undefined;
    try {
      address.go(`/exports/${await kickOff(request)}`);
    } catch (caught) {
      assertGatewayError(caught);
      error.value = caught;
    } finally {
      isStarting.value = false;
    }
  }

  return (
    <>
      {error.value !== undefined && <Trouble error={error.value} onRetry={start} />}
      <p>
        <button
          type="button"
          class="button button-primary"
          disabled={isStarting.value || !isReady(request)}
          onClick={start}
        >
          {isStarting.value ? words.starting : words.start}
        </button>
      </p>
    </>
  );
}

/** The job's id, of the address that the kick-off answers (FHIR Bulk Data Access, `Content-Location`). */
async function kickOff(request: ExportRequest): Promise<string> {
  const headers = { Accept: "application/fhir+json", Prefer: "respond-async" };
  const response = await gateway.ask(kickOffPath(request), { headers });
  const location = new URL(response.headers.get("Content-Location") ?? "/", response.url);
  return location.searchParams.get("job") ?? "";
}
