import { type AuditRecord, EdgeError, type Identity } from "@aarohan/contract";
import type { Context, MiddlewareHandler } from "hono";
import type { AccessDetails, LeavingData } from "./access-record.ts";
import type { GatewayEnv } from "./gateway-env.ts";

const NOTHING: LeavingData = { resources: 0, withheld: 0, bytes: 0, patients: new Set() };

/**
 * Records every authenticated request, refused ones too, in the tenant's AuditTrail, with what is about to leave and whose
 * data it is: durable before the first byte does. If it cannot be written, the data does not leave (503). Only refusals that the
 * limiter counts have no record of their own.
 */
export function record(): MiddlewareHandler<GatewayEnv> {
  return async function record(c, next) {
    let details: AccessDetails = { interaction: "unknown" };
    let leaving = NOTHING;
    let isLeftToLimiter = false;
    c.set("record", {
      describe(known) {
        details = known;
      },
      count(counted) {
        leaving = counted;
      },
      leaveToLimiter() {
        isLeftToLimiter = true;
      },
    });
    await next();
    if (isLeftToLimiter && c.res.status >= 400) return;
    try {
      await c.env.AUDIT_TRAIL.getByName(c.get("identity").tenant).record(auditRecord(c, details, leaving));
    } catch (cause) {
      throw new EdgeError("audit-unavailable", "The audit trail cannot be written, so nothing is released.", {
        cause,
        retryAfterSeconds: 5,
      });
    }
  };
}

function auditRecord(c: Context<GatewayEnv>, details: AccessDetails, leaving: LeavingData): AuditRecord {
  const { issuer, subject, clientId, tenant }: Identity = c.get("identity");
  const { patients, ...counts } = c.res.status < 400 ? leaving : NOTHING;
  const pseudonyms = c.get("services").programme.auditPseudonyms(tenant);
  return {
    requestId: c.get("requestId"),
    recorded: new Date().toISOString(),
    interaction: details.interaction,
    method: c.req.method,
    ...(details.resourceType === undefined ? {} : { resourceType: details.resourceType }),
    parameters: details.parameters ?? [],
    agent: {
      issuer,
      subject,
      clientId,
      role: c.get("principal")?.role ?? "none",
    },
    ...(details.policy === undefined ? {} : { policy: details.policy }),
    status: c.res.status,
    ...(c.error instanceof EdgeError ? { errorCode: c.error.code } : {}),
    ...counts,
    patients: [...patients].map((id) => pseudonyms.of(id)),
  };
}
