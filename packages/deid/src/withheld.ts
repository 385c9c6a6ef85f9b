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
