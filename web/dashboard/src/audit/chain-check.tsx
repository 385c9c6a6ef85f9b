import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { createAsked } from "../gateway/asked.ts";
import { gateway } from "../gateway/gateway.ts";
import { readParameters, textOf, textsOf } from "../gateway/parameters.ts";
import { Answer } from "../pieces/answer.tsx";
import { auditWords } from "./words.ts";

interface Verdict {
  readonly isWhole: boolean;
  /** Day and what is wrong with it. */
  readonly problems: readonly string[];
}

/** `AuditEvent/$verify`: whether anything was changed, taken out or put in. */
export function ChainCheck() {
  const words = auditWords();
  const wasAsked = useSignal(false);
  const verdict = useMemo(() => createAsked<Verdict>(), []);
  function check(): void {
    wasAsked.value = true;
    void verdict.ask(async (signal) =>
      readVerdict(await gateway.json("/fhir/AuditEvent/$verify", { signal })),
    );
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

/** Throws GatewayError. */
function readVerdict(document: unknown): Verdict {
  const parameters = readParameters(document);
  const problems = parameters.flatMap(({ name, parts }) =>
    name === "day" ? textsOf(parts, "problem").map((problem) => `${textOf(parts, "date")}: ${problem}`) : [],
  );
  return { isWhole: textOf(parameters, "whole") === "true", problems };
}
