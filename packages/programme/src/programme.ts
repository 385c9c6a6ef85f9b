import type { Principal } from "@aarohan/contract";
import {
  compilePolicy,
  createCellKeys,
  createPseudonymCodec,
  createSearchRules,
  identifiedExportPolicy,
  identifiedPolicy,
  type Plan,
  type PseudonymCodec,
  type PseudonymDomain,
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
  /** What analysts receive in bulk, and its rules: the same, unless small classes are generalised there. */
  readonly exported: { readonly plan: Plan; readonly rules: SearchRules };
  /** Pseudonyms for whom the principal receives data, by the plan: no two policies share them. */
  pseudonymsFor(principal: Principal, plan: Plan): PseudonymCodec;
  auditPseudonyms(tenant: string): AuditPseudonyms;
  /** Names of resources in what indicators are counted from: of a domain of its own, which nobody receives. */
  indicatorNames(tenant: string): PseudonymCodec;
  /** 32 random bits for the name of a published number, where those are rounded or blurred. */
  cellKeys(tenant: string): (cell: string) => number;
}

/** Codecs kept per isolate; a programme has few recipients, and an unused codec costs some kilobytes. */
const MOST_CODECS = 64;

export function createProgramme(config: ProgrammeConfig): Programme {
  const plan = analystPlan();
  const rules = createSearchRules(plan);
  const tenants = new Map<string, Tenant>();
  const codecs = new Map<string, PseudonymCodec>();
  const auditors = new Map<string, AuditPseudonyms>();

  function codecFor(domain: PseudonymDomain): PseudonymCodec {
    const key = JSON.stringify(domain);
    const codec = codecs.get(key) ?? createPseudonymCodec({ keys: config.pseudonymKeys, domain });
    if (codecs.size >= MOST_CODECS) codecs.clear();
    codecs.set(key, codec);
    return codec;
  }

  return {
    plan,
    identifiedPlan: compilePolicy(identifiedPolicy),
    identifiedExportPlan: compilePolicy(identifiedExportPolicy),
    keyId: config.pseudonymKeys[0]?.id ?? 0,
    rules,
    exported: exportedBy(plan, rules, config.minimumClassSize),
    tenant(name) {
      const known = tenants.get(name) ?? createTenant(name, config, plan);
      tenants.set(name, known);
      return known;
    },
    pseudonymsFor({ tenant, recipient }, { name }) {
      return codecFor({ tenant, recipient, policy: name });
    },
    indicatorNames(tenant) {
      return codecFor({ tenant, recipient: "indicators", policy: "indicators" });
    },
    cellKeys(tenant) {
      const [key] = config.pseudonymKeys;
      if (key === undefined) throw new Error("no pseudonym key");
      return createCellKeys(key, tenant);
    },
    auditPseudonyms(tenant) {
      const known = auditors.get(tenant) ?? createAuditPseudonyms(config.pseudonymKeys, tenant);
      auditors.set(tenant, known);
      return known;
    },
  };
}

/** Another policy where classes have a size: whoever has rows of both could join them by their ids. */
function exportedBy(
  plan: Plan,
  rules: SearchRules,
  minimumClassSize: number | undefined,
): Programme["exported"] {
  if (minimumClassSize === undefined) return { plan, rules };
  const name = `${plan.name}-k${minimumClassSize}`;
  const enforcing = compilePolicy({ ...plan.policy, name, use: "export", minimumClassSize });
  return { plan: enforcing, rules: createSearchRules(enforcing) };
}
