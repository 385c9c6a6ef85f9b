import { type Access, createAccess } from "@aarohan/access";
import type { Principal } from "@aarohan/contract";
import {
  compilePolicy,
  createPseudonymCodec,
  createSearchRules,
  identifiedPolicy,
  type Plan,
  type PseudonymCodec,
  type SearchRules,
} from "@aarohan/deid";
import { analystPlan } from "./analyst-plan.ts";
import { type AuditPseudonyms, createAuditPseudonyms } from "./audit-pseudonyms.ts";
import { type Config, configured, readConfig } from "./config.ts";
import { createPageLinks, type PageLinks } from "./page-link.ts";
import { createRefusals, type Refusals } from "./refusals.ts";
import { createTenant, type Tenant } from "./tenant.ts";

/** What the steps of the pipeline work with, built once per isolate. */
export interface Services {
  readonly config: Config;
  readonly access: Access;
  /** What analysts receive. */
  readonly plan: Plan;
  /** What administrators receive. */
  readonly identifiedPlan: Plan;
  readonly rules: SearchRules;
  readonly refusals: Refusals;
  pageLinks(): Promise<PageLinks>;
  auditPseudonyms(tenant: string): AuditPseudonyms;
  /** Pseudonyms for whom the principal receives data. */
  pseudonymsFor(principal: Principal): PseudonymCodec;
  /** Throws `tenant-not-served`. */
  tenant(name: string): Tenant;
}

/** Codecs kept per isolate; a programme has few recipients, and an unused codec costs some kilobytes. */
const MOST_CODECS = 64;

let current: { readonly env: Env; readonly services: Services } | undefined;

/** Throws a ConfigError when the environment cannot be used: then every request fails, none is served half. */
export function servicesFor(env: Env): Services {
  if (current?.env !== env) current = { env, services: createServices(readConfig(env)) };
  return current.services;
}

function createServices(config: Config): Services {
  const plan = analystPlan();
  const tenants = new Map<string, Tenant>();
  const codecs = new Map<string, PseudonymCodec>();
  const auditors = new Map<string, AuditPseudonyms>();
  let pageLinks: PageLinks | undefined;
  return {
    config,
    access: configured(() => createAccess(config.access)),
    plan,
    identifiedPlan: compilePolicy(identifiedPolicy),
    rules: createSearchRules(plan),
    refusals: createRefusals((milliseconds) => scheduler.wait(milliseconds)),
    async pageLinks() {
      pageLinks ??= await createPageLinks(config.pageLinkKey);
      return pageLinks;
    },
    auditPseudonyms(tenant) {
      const known = auditors.get(tenant) ?? createAuditPseudonyms(config.pseudonymKeys, tenant);
      auditors.set(tenant, known);
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
    tenant(name) {
      const known = tenants.get(name) ?? createTenant(name, config, plan);
      tenants.set(name, known);
      return known;
    },
  };
}
