import type { GatewayError } from "../gateway/gateway-error.ts";
import { session } from "../session/session.ts";
import { shellWords } from "../shell/words.ts";
import { clock } from "./clock.ts";
import { waitingTime } from "./waiting-time.ts";

export interface TroubleProps {
  readonly error: GatewayError;
  readonly onRetry?: (() => void) | undefined;
}

/** An error in the user's words, with the gateway's own beneath, and what can be done about it. */
export function Trouble({ error, onRetry }: TroubleProps) {
  const words = shellWords();
  const { parameter, code } = error.details;
  // The frame says so, above the page, until somebody is signed in again.
  if (error.kind === "signed-out" && session.state.value !== "there") return null;
  return (
    <div class={`notice ${noticeOf(error)}`} role="alert">
      <p>
        <TroubleText error={error} />
      </p>
      {error.message !== "" && (
        <p class="hint">
          {words.serverSays} <q lang="en">{error.message}</q>
          {parameter !== undefined && (
            <>
              {" "}
              {words.parameter} <code>{parameter}</code>
            </>
          )}
          {code !== "" && (
            <>
              {" · "}
              <code class="trouble-code">{code}</code>
            </>
          )}
        </p>
      )}
      <Remedy error={error} onRetry={onRetry} />
    </div>
  );
}

/** What passes by itself is no fault. */
function noticeOf({ kind }: GatewayError): string {
  return kind === "throttled" || kind === "offline" || kind === "signed-out"
    ? "notice-waiting"
    : "notice-bad";
}

function TroubleText({ error }: { readonly error: GatewayError }) {
  const words = shellWords();
  switch (error.kind) {
    case "offline":
      return words.offline;
    case "signed-out":
      return words.sessionEnded;
    case "throttled": {
      const seconds = secondsLeft(error);
      return seconds > 0 ? words.waiting(waitingTime(seconds)) : words.waitOver;
    }
    case "changed":
      return words.changedMeanwhile;
    case "refused":
      return words.refused;
    case "failed":
      return words.failed;
  }
}

function Remedy({ error, onRetry }: TroubleProps) {
  const words = shellWords();
  if (onRetry === undefined) return null;
  return (
    <button type="button" class="button" onClick={onRetry} disabled={secondsLeft(error) > 0}>
      {words.retry}
    </button>
  );
}

/** Whole seconds until it may be asked again; 0 where there is nothing to wait for. */
function secondsLeft({ details }: GatewayError): number {
  if (details.retryAt === undefined) return 0;
  return Math.max(0, Math.ceil((details.retryAt - clock.value) / 1000));
}
