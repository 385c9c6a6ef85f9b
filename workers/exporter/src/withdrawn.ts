import type { ExportOrder } from "@aarohan/export";
import { type AnyResource, parseResource } from "@aarohan/fhir";
import type { Tenant } from "@aarohan/programme";
import type { Call } from "@aarohan/upstream";
import type { Services } from "./services.ts";

/** Clocks differ. */
const OVERLAP_MILLISECONDS = 60_000;
const PATIENT = /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/;

/** Ids of the patients whose Consents have changed since: what they say now is for whoever asks. */
export async function withdrawnSince(
  { id, principal }: ExportOrder,
  since: number,
  { programme }: Services,
): Promise<string[]> {
  const tenant = programme.tenant(principal.tenant);
  if (principal.role !== "data-analyst" || tenant.consentFor(principal) === undefined) return [];
  return consentsChangedSince(tenant, since - OVERLAP_MILLISECONDS, { requestId: id });
}

/** Ids of the patients of all Consents that have changed since. */
async function consentsChangedSince({ upstream }: Tenant, since: number, call: Call): Promise<string[]> {
  const patients = new Set<string>();
  let page = await upstream.search(
    "Consent",
    [
      ["_lastUpdated", `ge${new Date(since).toISOString()}`],
      ["_count", "1000"],
    ],
    call,
  );
  for (;;) {
    for (const entry of page.bundle.entries) {
      const named = patientOf(parseResource(page.bytes, entry));
      if (named !== undefined) patients.add(named);
    }
    if (page.next === undefined) return [...patients];
    page = await upstream.follow(page.next, call);
  }
}

/** Id of the patient whose Consent it is; `undefined` where it names none. */
export function patientOf(consent: AnyResource | undefined): string | undefined {
  return PATIENT.exec(String(Object(consent?.patient).reference))?.[1];
}
