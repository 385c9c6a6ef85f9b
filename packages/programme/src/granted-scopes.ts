import { type ScopeGrant, scopeGrant } from "@aarohan/access";
import { EdgeError, type Principal } from "@aarohan/contract";
import { type DescribedType, parseSearchParameters, type SearchParameter } from "@aarohan/fhir";
import { isAllowed } from "./allowed.ts";
import type { View } from "./view.ts";

/** A view narrowed by the token's SMART scopes: they take away from what the role allows, and never add to it. */
export function withinScopes(view: View, principal: Principal): View {
  const { scopes, role, authorisation } = principal;
  const hasPatient = role === "healthcare-provider" && authorisation.kind === "patients";

  // `*` is no type: it is granted where every type is.
  const isNarrowed = scopeGrant(scopes, "*", "search", hasPatient).kind !== "granted";

  function granted(resourceType: string, interaction: "read" | "search"): ScopeGrant {
    const grant = scopeGrant(scopes, resourceType, interaction, hasPatient);
    if (grant.kind === "denied" || (grant.kind === "constrained" && interaction === "read")) {
      throw new EdgeError(
        "scope-missing",
        grant.kind === "denied"
          ? `The access token's scopes do not grant this interaction with ${resourceType}.`
          : `The access token's scope for ${resourceType} is constrained: search instead of reading.`,
      );
    }
    return grant;
  }

  const isGranted = (resourceType: string, interaction: "read" | "search") =>
    isAllowed(() => granted(resourceType, interaction));

  return {
    ...view,
    assertType(resourceType, interaction) {
      view.assertType(resourceType, interaction);
      granted(resourceType, interaction);
    },
    mayInclude: (resourceType) =>
      view.mayInclude(resourceType) &&
      scopeGrant(scopes, resourceType, "search", hasPatient).kind === "granted",
    admit(resourceType, parameters, handling) {
      const grant = granted(resourceType, "search");
      if (isNarrowed) assertWithinType(parameters);
      const constraints = grant.kind === "constrained" ? parseSearchParameters(grant.parameters) : [];
      // A constraint is never passed over, whatever the caller prefers.
      view.admit(resourceType, constraints, "strict");
      return view.admit(resourceType, [...parameters, ...constraints], handling);
    },
    async describe(call) {
      const types = await view.describe(call);
      return types.flatMap((described) => describedAsGranted(described, isGranted));
    },
  };
}

function describedAsGranted(
  described: DescribedType,
  isGranted: (resourceType: string, interaction: "read" | "search") => boolean,
): DescribedType[] {
  const { type } = described;
  const interactions = described.interactions.filter((interaction) =>
    isGranted(type, interaction === "read" ? "read" : "search"),
  );
  if (interactions.length === 0) return [];
  if (interactions.includes("search-type")) return [{ ...described, interactions }];
  return [{ ...described, interactions, parameters: [], include: [], revinclude: [], sorts: [] }];
}

/** Parameters that look into resources of other types, for which the scopes may grant nothing. */
const LOOKING_FURTHER = /^_(?:has|filter|query|list|text|content)$/;

function assertWithinType(parameters: readonly SearchParameter[]): void {
  for (const { name, chain } of parameters) {
    if (chain === undefined && !LOOKING_FURTHER.test(name)) continue;
    throw new EdgeError(
      "scope-missing",
      `${name} looks into other resources: the access token's scopes do not grant them all.`,
      { parameter: name },
    );
  }
}
