import { type Access, createAccess } from "@aarohan/access";
import type { Principal } from "@aarohan/contract";
import {
  type Anonymiser,
  compilePolicy,
  createAnonymiser,
  createPseudonymCodec,
  createSearchRules,
  identifiedPolicy,
  type Plan,
  type PseudonymCodec,
  type SearchRules,
  yearOf,
} from "@aarohan/deid";
import {
  type ConsentGate,
  createConsentGate,
  createQuestionnaireCache,
  type QuestionnaireCache,
} from "@aarohan/pipeline";
import { createUpstream, type Upstream } from "@aarohan/upstream";
import { analystPlan } from "./analyst-plan.ts";
import { type AuditPseudonyms, createAuditPseudonyms } from "./audit-pseudonyms.ts";
import { type Config, configured, readConfig } from "./config.ts";
import { createPageLinks, type PageLinks } from "./page-link.ts";
import { createRefusals, type Refusals } from "./refusals.ts";

/** What the steps of the pipeline work with, built once per isolate. */
export interface Services {
  readonly config: Config;
  readonly access: Access;
  readonly upstream: Upstream;
  /** What analysts receive. */
  readonly plan: Plan;
  /** What administrators receive. */
  readonly identifiedPlan: Plan;
  readonly questionnaires: QuestionnaireCache;
  readonly rules: SearchRules;
  readonly refusals: Refusals;
  pageLinks(): Promise<PageLinks>;
  auditPseudonyms(tenant: string): AuditPseudonyms;
  /** Pseudonyms for whom the principal receives data. */
  pseudonymsFor(principal: Principal): PseudonymCodec;
  anonymiserFor(
    plan: Plan,
    pseudonyms: PseudonymCodec,
    withheldPatients: ReadonlySet<string> | undefined,
  ): Anonymiser;
  /** Consent for the purpose that the principal's client has; `undefined` where consent is decided elsewhere. */
  consentFor(principal: Principal): ConsentGate | undefined;
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
  const upstream = configured(() => createUpstream(config.upstream));
  const questionnaires = createQuestionnaireCache(plan, upstream);
  const gates = new Map<string, ConsentGate>();
  const codecs = new Map<string, PseudonymCodec>();
  const auditors = new Map<string, AuditPseudonyms>();
  let pageLinks: PageLinks | undefined;
  return {
    config,
    access: configured(() => createAccess(config.access)),
    upstream,
    plan,
    identifiedPlan: compilePolicy(identifiedPolicy),
    questionnaires,
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
    anonymiserFor(purpose, pseudonyms, withheldPatients) {
      return createAnonymiser(purpose, {
        pseudonyms,
        releaseYear: yearOf(new Date(), purpose.policy.utcOffsetMinutes),
        upstreamBaseUrl: config.upstream.baseUrl,
        forms: questionnaires.forms,
        ...(withheldPatients === undefined ? {} : { withheldPatients, requirePatient: true }),
      });
    },
    consentFor({ clientId }) {
      const { mode, purpose, purposesByClient } = config.consent;
      if (mode === "none") return undefined;
      const own = Object.hasOwn(purposesByClient, clientId) ? purposesByClient[clientId] : undefined;
      const asked = own ?? purpose;
      const gate = gates.get(asked) ?? createConsentGate(upstream, { mode, purpose: asked });
      gates.set(asked, gate);
      return gate;
    },
  };
}
