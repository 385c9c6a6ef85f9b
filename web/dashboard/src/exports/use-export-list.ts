import { useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { gateway } from "../gateway/gateway.ts";
import { createExportList, type ExportList, POLL_MILLISECONDS } from "./create-export-list.ts";
import { isActive } from "./export-job.ts";

/** The user's exports while a page shows them: asked again as long as something goes on and somebody looks. */
export function useExportList(): ExportList {
  const list = useMemo(() => createExportList({ gateway, now: Date.now }), []);
  useSignalEffect(() => {
    const { state, value } = list.jobs.value;
    if (state === "asking" && value === undefined) void list.refresh();
    // What failed is asked again by the user, who is told until when to wait.
    if (state !== "known" || !value.some(isActive)) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void list.refresh();
    }, POLL_MILLISECONDS);
    return () => clearInterval(timer);
  });
  return list;
}
