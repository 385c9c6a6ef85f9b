import { useEffect, useMemo } from "preact/hooks";
import { gateway } from "../gateway/gateway.ts";
import { GatewayError } from "../gateway/gateway-error.ts";
import { session } from "../session/session.ts";
import { createReports, type Reports } from "./create-reports.ts";
import { isPublishedOnly } from "./filters.ts";
import { isPublished } from "./published-tables.ts";
import { type ReportQuery, reportPath } from "./report-query.ts";

/** Of who sees published numbers alone, nothing is asked that is not published: what the answer would be is known. */
async function askPublished(path: string, options: { readonly signal: AbortSignal }): Promise<unknown> {
  const query = new URLSearchParams(path.slice(path.indexOf("?")));
  if (isPublishedOnly(session.role.peek()) && !isPublished(query))
    throw new GatewayError("refused", "", {
      status: 400,
      code: "table-undeclared",
      parameter: undefined,
      retryAt: undefined,
    });
  return gateway.json(path, options);
}

/** The reports of a query, as long as the component is there; asked again when the connection is back. */
export function useReports(query: ReportQuery): Reports {
  const path = reportPath(query);
  const reports = useMemo(
    () =>
      createReports({
        json: askPublished,
        now: () => Date.now(),
        after(milliseconds, call) {
          const timer = setTimeout(call, milliseconds);
          return () => clearTimeout(timer);
        },
      }),
    [],
  );
  useEffect(() => void reports.show(path), [path]);
  useEffect(() => {
    const again = () => void reports.again();
    addEventListener("online", again);
    return () => {
      removeEventListener("online", again);
      reports.stop();
    };
  }, []);
  return reports;
}
