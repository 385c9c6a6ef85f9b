import { EdgeError, ofClient, type Principal } from "@aarohan/contract";
import {
  type Anonymiser,
  createAnonymiser,
  type Plan,
  type PseudonymCodec,
  type WithheldPatients,
  yearOf,
} from "@aarohan/deid";
import {
  type ConsentGate,
  createConsentGate,
  createPatientsInCare,
  createQuestionnaireCache,
  type PatientsInCare,
  type QuestionnaireCache,
} from "@aarohan/pipeline";
import { configured } from "@aarohan/settings";
import { createUpstream, createUpstreamBulk, type Upstream, type UpstreamBulk } from "@aarohan/upstream";
import type { ProgrammeConfig } from "./programme-config.ts";
import { createServedTypes, type ServedTypes } from "./served-types.ts";

/** One tenant's part of the programme's server, and what is kept of it: nothing of it is shared with another tenant. */
export interface Tenant {
  readonly upstream: Upstream;
  /** The same server's own bulk export. */
  readonly bulk: UpstreamBulk;
  /** FHIR base URL of the tenant's part of the server. */
  readonly baseUrl: string;
  readonly questionnaires: QuestionnaireCache;
  readonly patientsInCare: PatientsInCare;
  /** By the server's own description. */
  readonly servedTypes: ServedTypes;
  anonymiserFor(
    plan: Plan,
    pseudonyms: PseudonymCodec,
    withheldPatients: WithheldPatients | undefined,
  ): Anonymiser;
  /**
   * Consent for the purpose that the principal's client has; `undefined` where consent is decided elsewhere. `anew`: a gate
   * that believes no decision that was made before.
   */
  consentFor(principal: Pick<Principal, "issuer" | "clientId">, anew?: "anew"): ConsentGate | undefined;
}

/** The tenant of tokens that name none, and what HAPI FHIR calls its partition. */
export const DEFAULT_TENANT = "default";
const DEFAULT_PARTITION = "DEFAULT";
const PLACEHOLDER = "{tenant}";

/** Throws `tenant-not-served` where the server has one tenant alone, and this is another. */
export function createTenant(name: string, config: ProgrammeConfig, plan: Plan): Tenant {
  const { baseUrl, linkAliases = [] } = config.upstream;
  if (name !== DEFAULT_TENANT && !baseUrl.includes(PLACEHOLDER)) {
    throw new EdgeError("tenant-not-served", "The access token is for a tenant that is not served here.");
  }
  const partition = name === DEFAULT_TENANT ? DEFAULT_PARTITION : name;
  const own = (url: string) => url.replaceAll(PLACEHOLDER, partition);
  const upstreamConfig = { ...config.upstream, baseUrl: own(baseUrl), linkAliases: linkAliases.map(own) };
  const upstream = configured(() => createUpstream(upstreamConfig));
  const bulk = configured(() => createUpstreamBulk(upstreamConfig));
  const questionnaires = createQuestionnaireCache(plan, upstream);
  const gates = new Map<string, ConsentGate>();
  return {
    upstream,
    bulk,
    baseUrl: upstreamConfig.baseUrl.replace(/\/+$/, ""),
    questionnaires,
    patientsInCare: createPatientsInCare(upstream),
    servedTypes: createServedTypes(upstream),
    anonymiserFor(purpose, pseudonyms, withheldPatients) {
      return createAnonymiser(purpose, {
        pseudonyms,
        releaseYear: yearOf(new Date(), purpose.policy.utcOffsetMinutes),
        upstreamBaseUrl: upstreamConfig.baseUrl,
        forms: questionnaires.forms,
        ...(withheldPatients === undefined ? {} : { withheldPatients, requirePatient: true }),
      });
    },
    consentFor(principal, anew) {
      const { mode, purpose, purposesByClient } = config.consent;
      const { utcOffsetMinutes } = plan.policy;
      if (mode === "none") return undefined;
      const asked = ofClient(purposesByClient, principal) ?? purpose;
      const known = anew === undefined ? gates.get(asked) : undefined;
      const gate = known ?? createConsentGate(upstream, { mode, purpose: asked, utcOffsetMinutes });
      gates.set(asked, gate);
      return gate;
    },
  };
}
