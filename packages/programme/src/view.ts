import { EdgeError, type Principal } from "@aarohan/contract";
import {
  type AdmittedSearch,
  type Anonymiser,
  answerColumns,
  type Handling,
  policyLabel,
  type VisibleOrder,
  type WithheldPatients,
} from "@aarohan/deid";
import type { AnyResource, DescribedType, SearchParameter } from "@aarohan/fhir";
import type { AnswerColumn, Audience } from "@aarohan/formats";
import type { ConsentGate } from "@aarohan/pipeline";
import type { Call } from "@aarohan/upstream";
import { isAllowed } from "./allowed.ts";
import { identifiedAnswers, identifiedSearch, withGuidesSpelling } from "./identified-search.ts";
import type { Programme } from "./programme.ts";
import { describedWithinScope, providerScope, withinScope } from "./provider-scope.ts";

/** How a caller sees the programme's data: what may be asked, and what becomes of each resource. */
export interface View {
  readonly audience: Audience;
  /** The policy in force, as the audit trail names it. */
  readonly policy: string;
  anonymiserFor(withheldPatients: WithheldPatients | undefined): Anonymiser;
  /** Whether the caller may see a resource of the programme's server at all; `undefined`: every one. */
  readonly isAuthorised: ((resource: AnyResource) => boolean) | undefined;
  /** Who decides which patients' data are withheld; `undefined` where nobody has to. */
  readonly consent: ConsentGate | undefined;
  /** Columns of QuestionnaireResponse in CSV. */
  readonly answers: readonly AnswerColumn[];
  /** Throws `resource-type-hidden` for a type that this caller may not have, `scope-missing` for one beyond the token's scopes. */
  assertType(resourceType: string, interaction: "read" | "search"): void;
  admit(resourceType: string, parameters: readonly SearchParameter[], handling: Handling): AdmittedSearch;
  /** The types that this caller may ask for, and by what: by the rules that admit, else by what the server says of itself. */
  describe(call: Call): Promise<readonly DescribedType[]>;
  /** Whether resources of the type may come along with others (`_include`, `_revinclude`). */
  mayInclude(resourceType: string): boolean;
  /** The upstream's id behind the id that the caller uses; `undefined` where there is none. */
  upstreamId(resourceType: string, id: string): string | undefined;
  /** The id that the caller uses for the upstream's. */
  shownId(resourceType: string, id: string): string;
  /** `undefined` for who sees the upstream's own order. */
  visibleOrder(resourceType: string, sort: string): VisibleOrder | undefined;
}

/** What the data are for: exports may have a policy of their own. */
export type Purpose = "search" | "export";

/** Role → view. */
export function viewOf(principal: Principal, programme: Programme, purpose: Purpose): View {
  switch (principal.role) {
    case "system-administrator":
      return identifiedView(principal, programme);
    case "data-analyst":
      return anonymisedView(principal, programme, purpose);
    case "healthcare-provider":
      return providerView(principal, programme);
    case "viewer":
      return rowlessView();
  }
}

/** Of who sees published tables alone: no row is asked for, and none leaves. */
function rowlessView(): View {
  const refuse = (): never => {
    throw new EdgeError("role-not-served", "This role sees aggregates only; there are no rows for it.");
  };
  return {
    audience: "anonymised",
    policy: "aggregates",
    anonymiserFor: refuse,
    isAuthorised: () => false,
    consent: undefined,
    answers: [],
    assertType: refuse,
    admit: refuse,
    describe: async () => [],
    mayInclude: () => false,
    upstreamId: () => undefined,
    shownId: refuse,
    visibleOrder: () => undefined,
  };
}

function anonymisedView(principal: Principal, programme: Programme, purpose: Purpose): View {
  const { plan, rules } = purpose === "export" ? programme.exported : programme;
  const pseudonyms = programme.pseudonymsFor(principal, plan);
  const tenant = programme.tenant(principal.tenant);
  return {
    audience: "anonymised",
    policy: policyLabel(plan),
    anonymiserFor: (withheldPatients) => tenant.anonymiserFor(plan, pseudonyms, withheldPatients),
    consent: tenant.consentFor(principal),
    isAuthorised: undefined,
    answers: answerColumns(plan),
    assertType(resourceType) {
      if (plan.resources.has(resourceType)) return;
      throw new EdgeError("resource-type-hidden", `${resourceType} is not available as anonymised data.`);
    },
    admit: (resourceType, parameters, handling) =>
      rules.admit(resourceType, parameters, pseudonyms, handling),
    describe: async () =>
      [...plan.resources.keys()].map((type) => ({
        type,
        interactions: ["read", "search-type"],
        parameters: rules.parametersOf(type),
        ...rules.includesOf(type),
        sorts: rules.sortsOf(type),
      })),
    mayInclude: () => true,
    upstreamId: (resourceType, id) => pseudonyms.open(resourceType, id),
    shownId: (resourceType, id) => pseudonyms.seal(resourceType, id),
    visibleOrder: rules.visibleOrder,
  };
}

function identifiedView(principal: Principal, programme: Programme): View {
  const { plan, identifiedPlan } = programme;
  const tenant = programme.tenant(principal.tenant);
  return {
    audience: "identified",
    policy: policyLabel(identifiedPlan),
    anonymiserFor: () =>
      tenant.anonymiserFor(identifiedPlan, programme.pseudonymsFor(principal, plan), undefined),
    consent: undefined,
    isAuthorised: undefined,
    answers: identifiedAnswers(plan),
    assertType: () => undefined,
    admit: (resourceType, parameters) => identifiedSearch(plan, resourceType, parameters),
    describe: async (call) => (await tenant.servedTypes(call)).map(withGuidesSpelling),
    mayInclude: () => true,
    upstreamId: (_, id) => id,
    shownId: (_, id) => id,
    visibleOrder: () => undefined,
  };
}

/** Identified data, of the patients whom the token authorises. */
function providerView(principal: Principal, programme: Programme): View {
  const scope = providerScope(principal.authorisation, programme.tenant(principal.tenant).baseUrl);
  const view = identifiedView(principal, programme);
  return {
    ...view,
    isAuthorised: scope.isAuthorised,
    assertType: scope.assertType,
    admit: (resourceType, parameters, handling) =>
      withinScope(view.admit(resourceType, parameters, handling), parameters, scope.filter(resourceType)),
    describe: async (call) =>
      describedWithinScope(await view.describe(call), (type) => isAllowed(() => scope.assertType(type))),
  };
}
