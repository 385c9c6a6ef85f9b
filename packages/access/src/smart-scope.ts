/** What the SMART scopes of a token leave of one interaction with a resource type. */
export type ScopeGrant =
  | { readonly kind: "granted" }
  | { readonly kind: "denied" }
  /** Only what these search parameters find (SMART App Launch 2.2 §Finer-grained resource constraints). */
  | { readonly kind: "constrained"; readonly parameters: readonly (readonly [string, string])[] };

interface SmartScope {
  readonly context: "patient" | "user" | "system";
  /** `*` for all. */
  readonly resourceType: string;
  readonly reads: boolean;
  readonly searches: boolean;
  readonly parameters: readonly (readonly [string, string])[];
}

const SCOPE = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)(?:\?(.+))?$/;

/**
 * Scopes of SMART App Launch, versions 1 (`user/Observation.read`) and 2 (`user/Observation.rs?category=x`), narrow what
 * the role allows and never widen it. A token without any is not narrowed; one with scopes that cannot be read as SMART's
 * (`openid`) is not either. `patient/` grants only where the token names its patient.
 */
export function scopeGrant(
  scopes: readonly string[],
  resourceType: string,
  interaction: "read" | "search",
  hasPatient: boolean,
): ScopeGrant {
  const smart = scopes.flatMap((scope) => parseScope(scope) ?? []);
  if (smart.length === 0 && !scopes.some(isSmartLike)) return { kind: "granted" };
  const granting = smart.filter(
    (scope) =>
      (scope.resourceType === "*" || scope.resourceType === resourceType) &&
      (interaction === "read" ? scope.reads : scope.searches) &&
      (scope.context !== "patient" || hasPatient),
  );
  if (granting.some(({ parameters }) => parameters.length === 0)) return { kind: "granted" };
  const [only, ...more] = granting;
  // Several constraints are alternatives, which one search cannot ask.
  if (only === undefined || more.length > 0) return { kind: "denied" };
  return { kind: "constrained", parameters: only.parameters };
}

/** Looks like a SMART scope, and is none that we know: then it grants nothing, rather than everything. */
function isSmartLike(scope: string): boolean {
  return /^(?:patient|user|system)\//.test(scope);
}

function parseScope(text: string): SmartScope | undefined {
  const [, context, resourceType = "", permissions = "", query] = SCOPE.exec(text) ?? [];
  if (context !== "patient" && context !== "user" && context !== "system") return undefined;
  if (permissions === "") return undefined;
  const isAll = permissions === "*" || permissions === "read";
  return {
    context,
    resourceType,
    reads: isAll || (permissions !== "write" && permissions.includes("r")),
    searches: isAll || (permissions !== "write" && permissions.includes("s")),
    parameters: query === undefined ? [] : [...new URLSearchParams(query)],
  };
}
