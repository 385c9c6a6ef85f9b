import type { Policy } from "../policy.ts";
import { identifiedExportPolicy, identifiedPolicy } from "./identified.ts";
import { programmePolicy } from "./programme.ts";
import { safeHarborPolicy } from "./safe-harbor.ts";
import { shiftedPolicy } from "./shifted.ts";

/** The policies that come with Aarohan Edge. */
export const SHIPPED_POLICIES: readonly Policy[] = [
  programmePolicy,
  safeHarborPolicy,
  shiftedPolicy,
  identifiedPolicy,
  identifiedExportPolicy,
];
