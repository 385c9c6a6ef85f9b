import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { createAsked } from "../gateway/asked.ts";
import { gateway } from "../gateway/gateway.ts";
import { Answer } from "../pieces/answer.tsx";
import { type ChainVerdict, checkChain } from "./check-chain.ts";
import { auditWords } from "./words.ts";

/** Whether anything was changed, taken out or put in, when somebody asks. */
export function ChainCheck() {
  const words = auditWords();
  const wasAsked = useSignal(false);
  const verdict = useMemo(() => createAsked<ChainVerdict>(), []);
  function check(): void {
    wasAsked.value = true;
    void verdict.ask((signal) => checkChain(gateway, signal));
  }
  return (
    <section>
      <button type="button" class="button" onClick={check}>
        {words.verify}
      </button>
      {wasAsked.value && (
        <Answer to={verdict.now} onRetry={check}>
          {({ isWhole, problems }) =>
            isWhole ? (
              <p role="status">{words.whole}</p>
            ) : (
              <div role="alert">
                <p>{words.broken}</p>
                <ul>
                  {problems.map((problem) => (
                    <li key={problem} lang="en">
                      {problem}
                    </li>
                  ))}
                </ul>
              </div>
            )
          }
        </Answer>
      )}
    </section>
  );
}
