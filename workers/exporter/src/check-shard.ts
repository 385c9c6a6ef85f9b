import { EdgeError } from "@aarohan/contract";
import type { Call } from "@aarohan/upstream";
import type { Services } from "./services.ts";
import type { ShardSpec } from "./shard-spec.ts";

/** Patients per question. */
const AT_ONCE = 500;
/** Patients per record of the audit trail: a record has to stay below 2 MB. */
const PATIENTS_PER_RECORD = 5000;

/** Of these patients those whose data must not leave, as it is at this moment. */
export async function withheldNow(
  { order }: Pick<ShardSpec, "order">,
  patients: readonly string[],
  services: Services,
  call: Call,
): Promise<ReadonlySet<string>> {
  if (order.principal.role !== "data-analyst") return new Set();
  return withheldByConsent(order, patients, services, call);
}

/**
 * Of the patients whom an administrator's export shows, how many consent keeps from analysts. `undefined` where it is not
 * asked, or cannot be: the export is not less for that.
 */
export async function withheldFromAnalysts(
  { order, type }: ShardSpec,
  patients: readonly string[],
  services: Services,
  call: Call,
): Promise<number | undefined> {
  const { role, tenant } = order.principal;
  const isAsked = services.programme.tenant(tenant).consentFor(order.principal) !== undefined;
  if (role !== "system-administrator" || type !== "Patient" || !isAsked) return undefined;
  try {
    return (await withheldByConsent(order, patients, services, call)).size;
  } catch (error) {
    if (error instanceof EdgeError) return undefined;
    throw error;
  }
}

async function withheldByConsent(
  { principal }: ShardSpec["order"],
  patients: readonly string[],
  { programme }: Services,
  call: Call,
): Promise<ReadonlySet<string>> {
  const withheld = new Set<string>();
  const gate = programme.tenant(principal.tenant).consentFor(principal, "anew");
  for (let at = 0; gate !== undefined && at < patients.length; at += AT_ONCE) {
    for (const id of await gate.withheldOf(patients.slice(at, at + AT_ONCE), call)) withheld.add(id);
  }
  return withheld;
}

/** Records whose data a shard's files hold, before anybody can have them. Repeated, it is recorded once. */
export async function recordRelease(
  env: Env,
  { order, number, type }: ShardSpec,
  released: {
    readonly epoch: number;
    readonly resources: number;
    readonly withheld: number;
    readonly bytes: number;
  },
  patients: readonly string[],
  { programme }: Services,
): Promise<void> {
  const { principal, policy, id } = order;
  const pseudonyms = programme.auditPseudonyms(principal.tenant);
  for (let at = 0, part = 0; at === 0 || at < patients.length; at += PATIENTS_PER_RECORD, part += 1) {
    await env.AUDIT_TRAIL.getByName(principal.tenant).record({
      requestId: `${id}.${number}.${released.epoch}.${part}`,
      recorded: new Date().toISOString(),
      interaction: "operation",
      method: "POST",
      resourceType: type,
      parameters: [],
      agent: {
        issuer: principal.issuer,
        subject: principal.subject,
        clientId: principal.clientId,
        role: principal.role,
      },
      policy,
      status: 200,
      resources: part === 0 ? released.resources : 0,
      withheld: part === 0 ? released.withheld : 0,
      bytes: part === 0 ? released.bytes : 0,
      patients: patients.slice(at, at + PATIENTS_PER_RECORD).map((patient) => pseudonyms.of(patient)),
    });
  }
}
