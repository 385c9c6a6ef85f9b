import { type ScopeGrant, scopeGrant } from "@aarohan/access";
import { EdgeError, type Principal } from "@aarohan/contract";
import { parseSearchParameters } from "@aarohan/fhir";
import type { View } from "./view.ts";

/** A view narrowed by the token's SMART scopes: they take away from what the role allows, and never add to it. */
export function withinScopes(view: View, principal: Principal): View {
  const { scopes, role, authorisation } = principal;
  const hasPatient = role === "healthcare-provider" && authorisation.kind === "patients";

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

  return {
    ...view,
    assertType(resourceType, interaction) {
      view.assertType(resourceType, interaction);
      granted(resourceType, interaction);
    },
    admit(resourceType, parameters, handling) {
      const grant = granted(resourceType, "search");
      const constraints = grant.kind === "constrained" ? parseSearchParameters(grant.parameters) : [];
      // A constraint is never passed over, whatever the caller prefers.
      view.admit(resourceType, constraints, "strict");
      return view.admit(resourceType, [...parameters, ...constraints], handling);
    },
  };
}
