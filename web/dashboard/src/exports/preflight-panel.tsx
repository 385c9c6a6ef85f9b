import { formatNumber } from "@aarohan/kit";
import { useEffect, useMemo } from "preact/hooks";
import { createAsked } from "../gateway/asked.ts";
import { gateway } from "../gateway/gateway.ts";
import { Answer } from "../pieces/answer.tsx";
import { formatBytes } from "../pieces/byte-size.ts";
import { waitingTime } from "../pieces/waiting-time.ts";
import { session } from "../session/session.ts";
import { createPreflight, type Estimate, MOST_COUNTED, roughly } from "./create-preflight.ts";
import type { ExportRequest } from "./export-request.ts";
import { type Limit, type Limits, readLimits } from "./limits.ts";
import { newExportWords } from "./new-export-words.ts";
import { Preview } from "./preview.tsx";
import removals from "./removals.generated.json" with { type: "json" };

/** Wait for the user to have chosen before anything is counted, in milliseconds. */
const SETTLE_MILLISECONDS = 600;

/** What is known before an export starts: how much, what is left of the limits, what is removed, and how rows look. */
export function PreflightPanel({ request }: { readonly request: ExportRequest }) {
  return (
    <section class="card" aria-labelledby="preflight">
      <h2 id="preflight">{newExportWords().before}</h2>
      <Estimates request={request} />
      <LimitsLeft />
      <Removals types={request.types} />
      <Preview request={request} />
    </section>
  );
}

function Estimates({ request }: { readonly request: ExportRequest }) {
  const words = newExportWords();
  const preflight = useMemo(() => createPreflight(gateway), []);
  const key = JSON.stringify(request);
  useEffect(() => {
    const timer = setTimeout(() => void preflight.estimate(request), SETTLE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [key]);
  const estimates = preflight.estimates.value;
  const known = request.types.flatMap((type) => {
    const estimate = estimates.get(type);
    return estimate?.state === "known" ? [estimate] : [];
  });
  const total = known.reduce((sum, { rows }) => sum + rows, 0);
  return (
    <>
      <h3>{words.estimate}</h3>
      <dl class="facts" aria-live="polite">
        {request.types.map((type) => (
          <div key={type}>
            <dt>{type}</dt>
            <dd>{estimateText(estimates.get(type))}</dd>
          </div>
        ))}
        {request.types.length > 1 && known.length === request.types.length && (
          <div>
            <dt>{words.total}</dt>
            <dd>
              {rowsText(
                total,
                known.some(({ isUpperBound }) => isUpperBound),
              )}
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

function estimateText(estimate: Estimate | undefined): string {
  const words = newExportWords();
  if (estimate === undefined || estimate.state === "asking") return words.counting;
  if (estimate.state === "skipped") return words.skipped(formatNumber(MOST_COUNTED));
  if (estimate.state === "failed") return `${words.notCounted} ${estimate.error.message}`;
  return rowsText(estimate.rows, estimate.isUpperBound);
}

function rowsText(rows: number, isUpperBound: boolean): string {
  const words = newExportWords();
  const text = formatNumber(roughly(rows));
  if (isUpperBound) return words.atMost(text);
  return roughly(rows) === rows ? text : words.about(text);
}

function LimitsLeft() {
  const words = newExportWords();
  const limits = useMemo(() => createAsked<Limits>(), []);
  const load = () =>
    limits.ask(async (signal) => readLimits(await gateway.json("/fhir/$limits", { signal })));
  useEffect(() => void load(), []);
  return (
    <>
      <h3>{words.limits}</h3>
      <Answer to={limits.now} onRetry={load}>
        {({ requests, exports, downloads }) => (
          <dl class="facts">
            <LimitLeft name={words.requests} limit={requests} format={formatNumber} />
            <LimitLeft name={words.exportsLeft} limit={exports} format={formatNumber} />
            <LimitLeft name={words.bytesLeft} limit={downloads} format={formatBytes} />
          </dl>
        )}
      </Answer>
    </>
  );
}

interface LimitLeftProps {
  readonly name: string;
  readonly limit: Limit;
  readonly format: (value: number) => string;
}

function LimitLeft({ name, limit, format }: LimitLeftProps) {
  const words = newExportWords();
  const { most, left, resetSeconds } = limit;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {words.left(format(left), format(most))}
        {resetSeconds > 0 && <small> {words.resets(waitingTime(resetSeconds))}</small>}
      </dd>
    </div>
  );
}

const BY_TYPE: Readonly<Partial<Record<string, { readonly changed: string[]; readonly removed: string[] }>>> =
  removals;

function Removals({ types }: { readonly types: readonly string[] }) {
  const words = newExportWords();
  if (session.role.value !== "data-analyst") {
    return (
      <>
        <h3>{words.policy}</h3>
        <p>{words.policyIdentified}</p>
      </>
    );
  }
  return (
    <>
      <h3>{words.policy}</h3>
      <p>{words.policyAnonymised}</p>
      {types.map((type) => (
        <details key={type}>
          <summary>{type}</summary>
          <dl class="facts">
            <div>
              <dt>{words.removed}</dt>
              <dd>{BY_TYPE[type]?.removed.join(", ") ?? "–"}</dd>
            </div>
            <div>
              <dt>{words.changed}</dt>
              <dd>{BY_TYPE[type]?.changed.join(", ") ?? "–"}</dd>
            </div>
          </dl>
        </details>
      ))}
    </>
  );
}
