import { EdgeError, type Principal } from "@aarohan/contract";
import { DEFAULT_TENANT, type View, viewFor } from "@aarohan/programme";
import type { Context } from "hono";
import type { Config } from "./config.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { upstreamCall } from "./upstream-call.ts";

/** For whom something is served, or described. */
export interface Caller {
  readonly principal: Principal;
  readonly view: View;
  readonly config: Config;
}

/** For whom the interface is described that is open to all. It is nobody's: no data are asked for it. */
const ANY_ANALYST: Principal = {
  issuer: "",
  subject: "",
  clientId: "",
  tenant: DEFAULT_TENANT,
  roles: ["data-analyst"],
  role: "data-analyst",
  scopes: [],
  authorisation: { kind: "none" },
  recipient: "",
  userKey: "",
  expiresAtSeconds: 0,
};

export function callerOf(c: Context<GatewayEnv>): Caller {
  return { principal: c.get("principal"), view: c.get("view"), config: c.get("services").config };
}

/** Whoever sends a token, in the role that serves; else a data analyst. */
export async function describedCaller(c: Context<GatewayEnv>): Promise<Caller> {
  if (isKnown(c)) return callerOf(c);
  const { programme, config } = c.get("services");
  const view = await viewFor(programme, ANY_ANALYST, upstreamCall(c));
  return { principal: ANY_ANALYST, view, config };
}

/** False on the routes that are open to all, for who sends no token. */
export function isKnown(c: Context<GatewayEnv>): boolean {
  return c.get("principal") !== undefined;
}

/** Throws `role-not-served` for everybody but system administrators. */
export function assertAdministrator({ principal }: Pick<Caller, "principal">): void {
  if (principal.role === "system-administrator") return;
  throw new EdgeError("role-not-served", "This operation is for system administrators only.");
}
