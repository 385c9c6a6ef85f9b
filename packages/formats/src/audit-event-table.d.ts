import type { Column } from "./table.ts";
/** Columns of the gateway's own trail: who asked for what, and what came of it. */
export declare const AUDIT_EVENT_COLUMNS: readonly Column[];
