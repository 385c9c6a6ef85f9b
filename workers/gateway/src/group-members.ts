import { EdgeError } from "@aarohan/contract";
import { isFhirId, parseResource } from "@aarohan/fhir";
import type { ExportView } from "@aarohan/programme";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { upstreamCall } from "./upstream-call.ts";

/**
 * Ids of the patients who are members of the Group at this moment. The Group is named as the caller sees it. Throws
 * `group-unknown` for one that there is not, or that is not for this caller: the answer does not tell which.
 */
export async function groupMembers(c: Context<GatewayEnv>, id: string, view: ExportView): Promise<string[]> {
  const { upstream } = c.get("tenant");
  const upstreamId = view.upstreamId("Group", id);
  const bytes =
    upstreamId === undefined || !isFhirId(upstreamId)
      ? undefined
      : await upstream.read("Group", upstreamId, upstreamCall(c));
  if (bytes === undefined) throw unknown();
  const group = parseResource(bytes, { start: 0, end: bytes.length });
  if (group.resourceType !== "Group" || view.isAuthorised?.(group) === false) throw unknown();
  const members: readonly unknown[] = Array.isArray(group.member) ? group.member : [];
  return [...new Set(members.filter(isActive).flatMap(patientIn))];
}

function isActive(member: unknown): boolean {
  const { inactive, period } = Object(member);
  const { end } = Object(period);
  return inactive !== true && !(Date.parse(String(end)) < Date.now());
}

function patientIn(member: unknown): string[] {
  const { reference } = Object(Object(member).entity);
  const [, id] = /^(?:.*\/)?Patient\/([A-Za-z0-9.-]{1,64})$/.exec(String(reference)) ?? [];
  return id === undefined ? [] : [id];
}

function unknown(): EdgeError {
  return new EdgeError("group-unknown", "There is no such Group.");
}
