/**
 * Prices of the platform, in US dollars, with what the paid plan includes a month: from Cloudflare's public price list as
 * it stood in August 2026 (developers.cloudflare.com: workers, durable-objects and r2, "Pricing"). Taxes and discounts
 * are not in it. Look them up before you rely on a sum.
 */
export const PRICES_OF = "2026-08";

export const PLAN_DOLLARS = 5;

export interface Price {
  readonly what: string;
  /** What the plan includes a month. */
  readonly included: number;
  /** For each `per` beyond. */
  readonly dollars: number;
  readonly per: number;
}

const MILLION = 1_000_000;

export const PRICES = {
  requests: { what: "requests of workers", included: 10 * MILLION, dollars: 0.3, per: MILLION },
  cpuMilliseconds: { what: "CPU ms of workers", included: 30 * MILLION, dollars: 0.02, per: MILLION },
  objectRequests: { what: "requests of Durable Objects", included: MILLION, dollars: 0.15, per: MILLION },
  objectGbSeconds: { what: "GB-s of Durable Objects", included: 400_000, dollars: 12.5, per: MILLION },
  rowsWritten: { what: "rows written", included: 50 * MILLION, dollars: 1, per: MILLION },
  rowsRead: { what: "rows read", included: 25_000 * MILLION, dollars: 0.001, per: MILLION },
  objectGb: { what: "GB kept in Durable Objects", included: 5, dollars: 0.2, per: 1 },
  storeWrites: { what: "R2 writes (class A)", included: MILLION, dollars: 4.5, per: MILLION },
  storeReads: { what: "R2 reads (class B)", included: 10 * MILLION, dollars: 0.36, per: MILLION },
  storeGb: { what: "GB kept in R2", included: 10, dollars: 0.015, per: 1 },
  logLines: { what: "log lines", included: 20 * MILLION, dollars: 0.6, per: MILLION },
} satisfies Record<string, Price>;

export type Usage = Readonly<Record<keyof typeof PRICES, number>>;

/** Dollars for what is used beyond the plan's own. */
export function dollarsFor({ included, dollars, per }: Price, used: number): number {
  return (Math.max(0, used - included) / per) * dollars;
}
