import { useEffect, useMemo } from "preact/hooks";
import { gateway } from "../gateway/gateway.ts";
import { createReports, type Reports } from "./create-reports.ts";
import { type ReportQuery, reportPath } from "./report-query.ts";

/** The reports of a query, as long as the component is there; asked again when the connection is back. */
export function useReports(query: ReportQuery): Reports {
  const path = reportPath(query);
  const reports = useMemo(
    () =>
      createReports({
        json: gateway.json,
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
