import { type AuditCompletion, type AuditIntent, EdgeError, type Identity } from "@aarohan/contract";
import type { Context, MiddlewareHandler } from "hono";
import type { AccessDetails } from "./access-record.ts";
import type { GatewayEnv } from "./gateway-env.ts";

/**
 * Records every authenticated request, refused ones too, in the tenant's AuditTrail: the intent is durable before the
 * first byte leaves, the completion follows. If it cannot be written, the data does not leave (503).
 */
export function record(): MiddlewareHandler<GatewayEnv> {
  return async function record(c, next) {
    const trail = c.env.AUDIT_TRAIL.getByName(c.get("identity").tenant);
    let details: AccessDetails = { interaction: "unknown" };
    let counts = { resources: 0, withheld: 0, bytes: 0 };
    let opened: Promise<void> | undefined;
    c.set("record", {
      describe(known) {
        details = known;
      },
      begin() {
        opened = trail.open(intent(c, details));
        // Awaited below; until then, a rejection must not count as unhandled.
        opened.catch(() => undefined);
      },
      count(released) {
        counts = released;
      },
    });
    await next();
    if (opened === undefined) {
      await written(trail.record(intent(c, details), completion(c, counts)));
      return;
    }
    await written(opened);
    c.executionCtx.waitUntil(trail.close(completion(c, counts)));
  };
}

function intent(c: Context<GatewayEnv>, details: AccessDetails): AuditIntent {
  const { issuer, subject, clientId }: Identity = c.get("identity");
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
  };
}

function completion(
  c: Context<GatewayEnv>,
  counts: { resources: number; withheld: number; bytes: number },
): AuditCompletion {
  return {
    requestId: c.get("requestId"),
    recorded: new Date().toISOString(),
    status: c.res.status,
    ...(c.error instanceof EdgeError ? { errorCode: c.error.code } : {}),
    ...counts,
  };
}

async function written(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (cause) {
    throw new EdgeError("audit-unavailable", "The audit trail cannot be written, so nothing is released.", {
      cause,
      retryAfterSeconds: 5,
    });
  }
}
