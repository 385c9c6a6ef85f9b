import type { Identity } from "@aarohan/contract";
import type { ProgrammeConfig } from "@aarohan/programme";

/** A client as one who receives data. */
export type Receiving = Pick<Identity, "clientId" | "recipient">;

/**
 * Whether what one of a user's clients has ordered is for another of them: it shows the same pseudonyms, and patients who
 * were asked for the same purpose.
 */
export function isAlsoFor(
  asking: Receiving,
  ordering: Receiving,
  consent: () => ProgrammeConfig["consent"],
): boolean {
  // Its own orders a client has whatever is set meanwhile.
  if (asking.clientId === ordering.clientId) return true;
  return (
    asking.recipient === ordering.recipient && purposeOf(asking, consent()) === purposeOf(ordering, consent())
  );
}

/** For what a client's patients are asked: as the consent gate asks. */
export function purposeOf(
  { clientId }: Pick<Receiving, "clientId">,
  { purpose, purposesByClient }: ProgrammeConfig["consent"],
): string {
  const own = Object.hasOwn(purposesByClient, clientId) ? purposesByClient[clientId] : undefined;
  return own ?? purpose;
}
