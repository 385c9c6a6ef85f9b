import type { ExportOrder } from "@aarohan/export";
import { parseResource } from "@aarohan/fhir";
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
  const call = { requestId: id };
  const from = new Date(since - OVERLAP_MILLISECONDS).toISOString();
  const patients = new Set<string>();
  let page = await tenant.upstream.search(
    "Consent",
    [
      ["_lastUpdated", `ge${from}`],
      ["_count", "1000"],
    ],
    call,
  );
  for (;;) {
    for (const entry of page.bundle.entries) {
      const { patient } = parseResource(page.bytes, entry);
      const [, named] = PATIENT.exec(String(Object(patient).reference)) ?? [];
      if (named !== undefined) patients.add(named);
    }
    if (page.next === undefined) return [...patients];
    page = await tenant.upstream.follow(page.next, call);
  }
}
