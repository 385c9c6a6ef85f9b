import { scopeGrant } from "@aarohan/access";
import { EdgeError, type Identity } from "@aarohan/contract";
import type { ServedFile } from "@aarohan/exporter";

/**
 * The token's scopes hold for each file, whatever those were by which its user ordered it; a constraint only where the
 * order had the same (SMART App Launch 2.2). Throws `scope-missing`.
 */
export function assertScope({ scopes, authorisation }: Identity, file: ServedFile): void {
  const hasPatient = file.role === "healthcare-provider" && authorisation.kind === "patients";
  for (const type of file.tells) {
    const grant = scopeGrant(scopes, type, "search", hasPatient);
    const ordered = scopeGrant(file.scopes, type, "search", hasPatient);
    const isSame = grant.kind === "constrained" && JSON.stringify(grant) === JSON.stringify(ordered);
    if (grant.kind === "granted" || isSame) continue;
    throw new EdgeError("scope-missing", `The access token's scopes do not grant this file of ${type}.`);
  }
}
