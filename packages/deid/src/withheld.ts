/** Why a resource is withheld whole. */
export type WithholdReason = "resource-type" | "id" | "modifier-extension" | "implicit-rules" | "consent";

/** Stops a resource of which nothing may leave. */
export class Withheld extends Error {
  readonly reason: WithholdReason;
  constructor(reason: WithholdReason) {
    super(reason);
    this.reason = reason;
  }
}

const made = new Map<WithholdReason, Withheld>();

/** One for each reason: a stack trace for every resource that stays behind would be the dearest part of leaving it. */
export function withheldFor(reason: WithholdReason): Withheld {
  const known = made.get(reason) ?? new Withheld(reason);
  made.set(reason, known);
  return known;
}
