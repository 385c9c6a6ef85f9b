import { EdgeError } from "@aarohan/contract";
import { complaintOf, type ExportRequest } from "@aarohan/export";
import { type AnyResource, parseResource } from "@aarohan/fhir";
import type { ExportView } from "@aarohan/programme";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { groupMembers } from "./group-members.ts";
import { upstreamCall } from "./upstream-call.ts";

/** Patients per search. */
const AT_ONCE = 50;

/** Ids at the programme's server of the only patients whose data are exported; `undefined` for all. */
export interface AskedPatients {
  readonly patients: readonly string[] | undefined;
  /** The request, with what a lenient caller is told. */
  readonly request: ExportRequest;
}

/**
 * The members of the Group, those whom `patient` names, or of the members those. Throws `group-unknown`, and
 * `parameter-invalid` for a patient who is not there, not for this caller, withheld, or no member: the answer does not tell
 * which.
 */
export async function askedPatients(
  c: Context<GatewayEnv>,
  request: ExportRequest,
  view: ExportView,
): Promise<AskedPatients> {
  const { level, patients: asked, handling, complaints } = request;
  const members = level.kind === "group" ? await groupMembers(c, level.id, view) : undefined;
  if (asked === undefined) return { patients: members, request };
  const ids = asked.flatMap((id) => view.upstreamId("Patient", id) ?? []);
  const there = await thoseThere(c, ids, view);
  const patients = ids.filter((id) => there.has(id) && members?.includes(id) !== false);
  if (patients.length === asked.length) return { patients, request };
  const refusal = new EdgeError("parameter-invalid", "patient names a Patient that there is not.", {
    parameter: "patient",
  });
  if (handling === "strict") throw refusal;
  return { patients, request: { ...request, complaints: [...complaints, complaintOf(refusal)] } };
}

/** Of these patients those whom the caller may see. */
async function thoseThere(
  c: Context<GatewayEnv>,
  ids: readonly string[],
  view: ExportView,
): Promise<ReadonlySet<string>> {
  const { upstream } = c.get("tenant");
  const call = upstreamCall(c);
  const there = new Set<string>();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE).join(",");
    const page = await upstream.search(
      "Patient",
      [
        ["_id", some],
        ["_count", String(AT_ONCE)],
      ],
      call,
    );
    for (const entry of page.bundle.entries) {
      const patient = parseResource(page.bytes, entry);
      if (isShown(patient, view)) there.add(String(patient.id));
    }
  }
  const withheld = await view.consent?.withheldOf([...there], call);
  return new Set([...there].filter((id) => withheld?.has(id) !== true));
}

function isShown(resource: AnyResource, view: ExportView): boolean {
  return resource.resourceType === "Patient" && view.isAuthorised?.(resource) !== false;
}
