import { type Identity, ofClient } from "@aarohan/contract";
import type { ProgrammeConfig } from "@aarohan/programme";

/** A client as one who receives data, of a user who is known. */
export type Receiving = Pick<Identity, "clientId" | "recipient">;

/** The client by which a user asks. */
export type AskingClient = Receiving & Pick<Identity, "issuer">;

/**
 * Whether what one of a user's clients has ordered is for another of them: it shows the same pseudonyms, and patients who
 * were asked for the same purpose.
 */
export function isAlsoFor(
  asking: AskingClient,
  ordering: Receiving,
  consent: () => ProgrammeConfig["consent"],
): boolean {
  // Its own orders a client has whatever is set meanwhile.
  if (asking.clientId === ordering.clientId) return true;
  if (asking.recipient !== ordering.recipient) return false;
  // A user is one issuer's, and so are the user's clients.
  const orderedAt = { issuer: asking.issuer, clientId: ordering.clientId };
  return purposeOf(asking, consent()) === purposeOf(orderedAt, consent());
}

/** For what a client's patients are asked: as the consent gate asks. */
export function purposeOf(
  client: Pick<Identity, "issuer" | "clientId">,
  { purpose, purposesByClient }: ProgrammeConfig["consent"],
): string {
  return ofClient(purposesByClient, client) ?? purpose;
}
