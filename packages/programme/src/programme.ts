import type { Principal } from "@aarohan/contract";
import {
  compilePolicy,
  createPseudonymCodec,
  createSearchRules,
  identifiedExportPolicy,
  identifiedPolicy,
  type Plan,
  type PseudonymCodec,
  type SearchRules,
} from "@aarohan/deid";
import { analystPlan } from "./analyst-plan.ts";
import { type AuditPseudonyms, createAuditPseudonyms } from "./audit-pseudonyms.ts";
import type { ProgrammeConfig } from "./programme-config.ts";
import { createTenant, type Tenant } from "./tenant.ts";

/** The programme's data, and the rules by which they leave: built once per isolate. */
export interface Programme {
  /** What analysts receive. */
  readonly plan: Plan;
  /** What administrators receive. */
  readonly identifiedPlan: Plan;
  /** What administrators and providers receive in bulk: without images. */
  readonly identifiedExportPlan: Plan;
  readonly rules: SearchRules;
  /** Id of the key that new pseudonyms are made with. */
  readonly keyId: number;
  /** Throws `tenant-not-served`. */
  tenant(name: string): Tenant;
  /** Pseudonyms for whom the principal receives data. */
  pseudonymsFor(principal: Principal): PseudonymCodec;
  auditPseudonyms(tenant: string): AuditPseudonyms;
}

/** Codecs kept per isolate; a programme has few recipients, and an unused codec costs some kilobytes. */
const MOST_CODECS = 64;

export function createProgramme(config: ProgrammeConfig): Programme {
  const plan = analystPlan();
  const tenants = new Map<string, Tenant>();
  const codecs = new Map<string, PseudonymCodec>();
  const auditors = new Map<string, AuditPseudonyms>();
  return {
    plan,
    identifiedPlan: compilePolicy(identifiedPolicy),
    identifiedExportPlan: compilePolicy(identifiedExportPolicy),
    keyId: config.pseudonymKeys[0]?.id ?? 0,
    rules: createSearchRules(plan),
    tenant(name) {
      const known = tenants.get(name) ?? createTenant(name, config, plan);
      tenants.set(name, known);
      return known;
    },
    pseudonymsFor(principal) {
      const domain = { tenant: principal.tenant, recipient: principal.recipient, policy: plan.name };
      const key = JSON.stringify(domain);
      const codec = codecs.get(key) ?? createPseudonymCodec({ keys: config.pseudonymKeys, domain });
      if (codecs.size >= MOST_CODECS) codecs.clear();
      codecs.set(key, codec);
      return codec;
    },
    auditPseudonyms(tenant) {
      const known = auditors.get(tenant) ?? createAuditPseudonyms(config.pseudonymKeys, tenant);
      auditors.set(tenant, known);
      return known;
    },
  };
}
