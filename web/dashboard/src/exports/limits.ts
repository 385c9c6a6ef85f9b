import { malformedError } from "../gateway/gateway-error.ts";
import { numberOf, readParameters, textOf } from "../gateway/parameters.ts";

/** What is left of one of the user's limits. */
export interface Limit {
  readonly most: number;
  readonly left: number;
  /** Whole seconds until more is left; 0 where nothing was used. */
  readonly resetSeconds: number;
}

/** Requests of the minute, exports of the hour, bytes of downloads of the minute. */
export interface Limits {
  readonly requests: Limit;
  readonly exports: Limit;
  readonly downloads: Limit;
}

/** `GET $limits`. Throws GatewayError. */
export function readLimits(document: unknown): Limits {
  const all = readParameters(document).filter(({ name }) => name === "limit");
  function limitOf(name: string): Limit {
    const parts = all.find((limit) => textOf(limit.parts, "name") === name)?.parts ?? [];
    const most = numberOf(parts, "most");
    const left = numberOf(parts, "left");
    if (most === undefined || left === undefined) throw malformedError(`no limit of ${name}`);
    return { most, left, resetSeconds: numberOf(parts, "resetSeconds") ?? 0 };
  }
  return { requests: limitOf("requests"), exports: limitOf("exports"), downloads: limitOf("download-bytes") };
}
