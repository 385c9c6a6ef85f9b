import type { IndicatorRows } from "@aarohan/kit";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Known } from "../gateway/asked.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import { Trouble } from "../pieces/trouble.tsx";
import { session } from "../session/session.ts";
import type { Reports } from "./create-reports.ts";
import { isPublishedOnly } from "./filters.ts";
import { waitHere } from "./waiting.tsx";
import { indicatorWords } from "./words.ts";

interface ToldProps {
  readonly reports: Reports;
  /** How many figures are being waited for. Default 1. */
  readonly waiting?: number;
  /** What they are: room is kept for them, so that nothing moves when they come. Default: charts. */
  readonly waitingFor?: "charts" | "headlines";
  readonly children: (reports: readonly IndicatorRows[]) => ComponentChildren;
}

/** Reports as far as they are known: room for them, why there are none, and the last ones while they are asked for again. */
export function Told({ reports, waiting = 1, waitingFor = "charts", children }: ToldProps) {
  const known = reports.now.value;
  if (isOfNoPublishedPlace(known.value)) return <p class="notice">{indicatorWords().placeNotPublished}</p>;
  return (
    <>
      {known.state === "failed" && !isCounting(known) && (
        <Failed error={known.error} onRetry={() => void reports.again()} />
      )}
      {known.value !== undefined && children(known.value)}
      {known.value === undefined && (known.state === "asking" || isCounting(known)) && (
        <Waiting figures={waiting} of={waitingFor} isCounting={isCounting(known)} />
      )}
    </>
  );
}

function Failed({ error, onRetry }: { readonly error: GatewayError; readonly onRetry: () => void }) {
  if (error.kind === "refused" && error.details.status === 404) {
    return (
      <p class="notice notice-waiting" role="status">
        {indicatorWords().notReleased}
      </p>
    );
  }
  if (isUnpublished(error)) return <p class="notice">{indicatorWords().notPublished}</p>;
  return <Trouble error={error} onRetry={onRetry} />;
}

/** The first count, or the first release, goes on: it is asked for again without anybody doing anything. */
function isCounting(known: Known<readonly IndicatorRows[]>): boolean {
  return known.state === "failed" && known.error.details.code === "indicators-unavailable";
}

/** Small places are published together with others: by itself such a place has no group. */
function isOfNoPublishedPlace(reports: readonly IndicatorRows[] | undefined): boolean {
  if (reports === undefined || reports.length === 0 || !isPublishedOnly(session.role.value)) return false;
  return reports.every(({ rows }) => rows.length === 0);
}

/** Rare findings are published in fewer tables than frequent ones: the gateway names what it has no table by. */
function isUnpublished({ kind, details }: GatewayError): boolean {
  return kind === "refused" && details.code === "table-undeclared" && isPublishedOnly(session.role.value);
}

interface WaitingProps {
  readonly figures: number;
  readonly of: "charts" | "headlines";
  readonly isCounting: boolean;
}

/** Room alone: that something is waited for, the page says once. */
function Waiting({ figures, of, isCounting }: WaitingProps) {
  useEffect(() => waitHere(isCounting), [isCounting]);
  return (
    <div class={of === "headlines" ? "indicator-headlines" : "indicator-grid waiting-grid"}>
      {Array.from({ length: figures }, (_, index) => (
        <div key={index} class="card waiting-block">
          {isCounting && index === 0 && <p class="hint">{indicatorWords().wait}</p>}
        </div>
      ))}
    </div>
  );
}
