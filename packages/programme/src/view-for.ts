import type { Authorisation, Principal } from "@aarohan/contract";
import type { Call } from "@aarohan/upstream";
import { withinScopes } from "./granted-scopes.ts";
import type { Programme } from "./programme.ts";
import { type Purpose, type View, viewOf } from "./view.ts";

/**
 * How the principal sees the data: role, narrowed by the token's scopes. Asks the programme's server whom a general
 * practitioner has in care. Throws `role-not-served`, `tenant-not-served`.
 */
export async function viewFor(
  programme: Programme,
  principal: Principal,
  call: Call,
  purpose: Purpose = "search",
): Promise<View> {
  const authorised = { ...principal, authorisation: await patientsNamedBy(programme, principal, call) };
  return withinScopes(viewOf(authorised, programme, purpose), principal);
}

async function patientsNamedBy(
  programme: Programme,
  { role, authorisation, tenant }: Principal,
  call: Call,
): Promise<Authorisation> {
  if (role !== "healthcare-provider" || authorisation.kind !== "generalPractitioners") return authorisation;
  const ids = await programme.tenant(tenant).patientsInCare.of(authorisation.ids, call);
  return ids.length === 0 ? { kind: "none" } : { kind: "patients", ids };
}
