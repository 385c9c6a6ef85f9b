import type { Principal } from "@aarohan/contract";
import { EdgeError } from "@aarohan/contract";
import { policyLabel } from "@aarohan/deid";
import { RESOURCE_TYPES } from "@aarohan/fhir";
import type { Call } from "@aarohan/upstream";
import { isAllowed } from "./allowed.ts";
import type { Programme } from "./programme.ts";
import type { View } from "./view.ts";
import { viewFor } from "./view-for.ts";

/** How a caller's bulk exports see the data: as the caller's searches do, but never with photographs or documents. */
export interface ExportView extends View {
  /** All types that the caller may export, in R4's order. */
  readonly types: readonly string[];
  /** The latest instant at or before this one that the caller's data show, in milliseconds since 1970. */
  shownInstant(milliseconds: number): number;
}

/** Images and documents stay where they are, whoever asks: they are excluded from bulk exports (export guide, PII Removal). */
const NEVER_EXPORTED = new Set(["Binary", "DocumentReference", "Media"]);

/** Throws `role-not-served` for who has no rows to export. */
export function assertExports({ role }: Pick<Principal, "role">): void {
  if (role !== "viewer") return;
  throw new EdgeError("role-not-served", "This role sees aggregates only; there are no rows for it.");
}

/** Throws `role-not-served`, `tenant-not-served`. */
export async function exportViewFor(
  programme: Programme,
  principal: Principal,
  call: Call,
): Promise<ExportView> {
  assertExports(principal);
  const view = await viewFor(programme, principal, call, "export");
  const isIdentified = view.audience === "identified";
  const plan = programme.identifiedExportPlan;
  const tenant = programme.tenant(principal.tenant);

  function assertType(resourceType: string): void {
    if (NEVER_EXPORTED.has(resourceType)) {
      throw new EdgeError("resource-type-hidden", `${resourceType} is never exported in bulk.`, {
        parameter: "_type",
      });
    }
    view.assertType(resourceType, "search");
  }

  return {
    ...view,
    assertType,
    ...(isIdentified
      ? {
          policy: policyLabel(plan),
          anonymiserFor: () =>
            tenant.anonymiserFor(plan, programme.pseudonymsFor(principal, plan), undefined),
        }
      : {}),
    types: [...RESOURCE_TYPES].filter((type) => isAllowed(() => assertType(type))),
    shownInstant(milliseconds) {
      if (isIdentified) return milliseconds;
      const offset = programme.plan.policy.utcOffsetMinutes * 60_000;
      return Math.floor((milliseconds + offset) / DAY_MILLISECONDS) * DAY_MILLISECONDS - offset;
    },
  };
}

const DAY_MILLISECONDS = 86_400_000;
