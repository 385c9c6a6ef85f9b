import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { gateway } from "../gateway/gateway.ts";
import { isVisible } from "../pieces/visibility.ts";
import { createExportList, type ExportList, untilNextLook } from "./create-export-list.ts";

/** The user's exports while a page shows them: asked again as long as something goes on and somebody looks. */
export function useExportList(): ExportList {
  const list = useMemo(() => createExportList({ gateway, now: Date.now }), []);
  useEffect(() => void list.refresh(), [list]);
  useSignalEffect(() => {
    const milliseconds = untilNextLook(list.jobs.value, Date.now());
    if (milliseconds === undefined || !isVisible.value) return;
    const timer = setTimeout(list.refresh, milliseconds);
    return () => clearTimeout(timer);
  });
  return list;
}
