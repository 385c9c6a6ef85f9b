import type { Gateway } from "../gateway/create-gateway.ts";
import { readParameters, textOf, textsOf } from "../gateway/parameters.ts";

export interface ChainVerdict {
  readonly isWhole: boolean;
  /** Day and what is wrong with it. */
  readonly problems: readonly string[];
}

/**
 * `AuditEvent/$verify`: whether anything was changed, taken out or put in. One call reads so many entries: what it left unread is
 * asked for from there. Throws GatewayError.
 */
export async function checkChain(gateway: Gateway, signal: AbortSignal): Promise<ChainVerdict> {
  const problems = new Set<string>();
  let path = "/fhir/AuditEvent/$verify";
  for (;;) {
    const parameters = readParameters(await gateway.json(path, { signal }));
    const days = parameters.flatMap(({ name, parts }) => (name === "day" ? [parts] : []));
    for (const day of days) {
      for (const problem of textsOf(day, "problem")) problems.add(`${textOf(day, "date")}: ${problem}`);
    }
    const unread = days.find((day) => textOf(day, "state") === "unread");
    if (unread === undefined) {
      const isWhole = textOf(parameters, "whole") === "true" && problems.size === 0;
      return { isWhole, problems: [...problems] };
    }
    path = `/fhir/AuditEvent/$verify?from=${textOf(unread, "date")}`;
  }
}
