import type { Principal } from "@aarohan/contract";
import type { DenominatorEntry } from "@aarohan/measures";
import type { ExportRequest } from "./export-request.ts";

/**
 * A job as it was ordered, frozen: whatever becomes of the caller's token, the policy or the configuration, it is carried
 * out as this says, or not at all.
 */
export interface ExportOrder {
  /** UUID: name of the job. */
  readonly id: string;
  readonly principal: Principal;
  readonly request: ExportRequest;
  /** The kick-off's URL as the client sees it. */
  readonly requestUrl: string;
  /** Whether the kick-off had parameters in a body, too. */
  readonly hasBody: boolean;
  /** Resource types that are exported: those that were asked for, or all that the caller may have. */
  readonly types: readonly string[];
  /** Policy in force, as `name@version#hash`: another one ends the job. */
  readonly policy: string;
  /** Id of the pseudonym key in force. */
  readonly keyId: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** How many people live where, for reports of coverage. */
  readonly denominators: readonly DenominatorEntry[];
}

/** Of the policy in force when it was ordered. */
export function policyNameOf({ policy }: Pick<ExportOrder, "policy">): string {
  return policy.split("@")[0] ?? "";
}
