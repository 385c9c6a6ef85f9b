import { type ReadonlySignal, signal } from "@preact/signals";
import { assertGatewayError, type Gateway } from "../gateway/create-gateway.ts";
import { type GatewayError, malformedError } from "../gateway/gateway-error.ts";
import { type ExportRequest, searchesOf } from "./export-request.ts";

/** How many rows a type has: at most so many where several filters may select the same ones, or not all are a Group's. */
export type Estimate =
  | { readonly state: "asking" }
  | { readonly state: "skipped" }
  | { readonly state: "known"; readonly rows: number; readonly isUpperBound: boolean }
  | { readonly state: "failed"; readonly error: GatewayError };

/** So many types are counted: each costs a request of the minute's. */
export const MOST_COUNTED = 20;

export interface Preflight {
  readonly estimates: ReadonlySignal<ReadonlyMap<string, Estimate>>;
  /** Counts what the request would export, the first types of it; what is known already is not asked again. */
  estimate(request: ExportRequest): Promise<void>;
}

/** Rows are counted before an export starts, by the same searches that anybody may ask. */
export function createPreflight(gateway: Gateway): Preflight {
  const estimates = signal<ReadonlyMap<string, Estimate>>(new Map());
  const counts = new Map<string, Promise<number>>();
  let latest: ExportRequest | undefined;

  function count(search: string): Promise<number> {
    const known = counts.get(search) ?? gateway.json(`${search}&_summary=count`).then(readTotal);
    counts.set(search, known);
    // What failed may be asked again.
    known.catch(() => counts.delete(search));
    return known;
  }

  async function estimateOf(request: ExportRequest, type: string): Promise<Estimate> {
    try {
      const totals = await Promise.all(searchesOf(request, type).map(count));
      const rows = totals.reduce((sum, total) => sum + total, 0);
      return { state: "known", rows, isUpperBound: totals.length > 1 || request.of !== "" };
    } catch (error) {
      assertGatewayError(error);
      return { state: "failed", error };
    }
  }

  return {
    estimates,
    async estimate(request) {
      latest = request;
      const counted = request.types.slice(0, MOST_COUNTED);
      estimates.value = new Map(
        request.types.map((type) => [type, { state: counted.includes(type) ? "asking" : "skipped" }]),
      );
      for (const type of counted) {
        const found = await estimateOf(request, type);
        if (latest !== request) return;
        estimates.value = new Map(estimates.peek()).set(type, found);
      }
    },
  };
}

function readTotal(document: unknown): number {
  const { total } = Object(document);
  if (typeof total !== "number") throw malformedError("a count without its number");
  return total;
}

/** Two significant figures: an estimate tells no more. */
export function roughly(rows: number): number {
  return Number(rows.toPrecision(2));
}
