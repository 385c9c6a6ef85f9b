import { malformedError } from "../gateway/gateway-error.ts";
import { numberOf, readParameters } from "../gateway/parameters.ts";

export interface Limit {
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until there is more; 0 where nothing is used up. */
  readonly resetSeconds: number;
}

/** What is left for the user: requests of the minute, exports of the hour, bytes of downloads of the minute. */
export interface Limits {
  readonly requests: Limit;
  readonly exports: Limit;
  readonly downloads: Limit;
}

/** `GET $limits`. Throws GatewayError. */
export function readLimits(document: unknown): Limits {
  const parameters = readParameters(document);
  function limitOf(name: string): Limit {
    const parts = parameters.find((parameter) => parameter.name === name)?.parts ?? [];
    const limit = numberOf(parts, "limit");
    const remaining = numberOf(parts, "remaining");
    if (limit === undefined || remaining === undefined) throw malformedError(`no limit of ${name}`);
    return { limit, remaining, resetSeconds: numberOf(parts, "resetSeconds") ?? 0 };
  }
  return { requests: limitOf("requests"), exports: limitOf("exports"), downloads: limitOf("downloads") };
}
