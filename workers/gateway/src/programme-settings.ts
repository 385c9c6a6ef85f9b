import type { DenominatorSetting, VersionedSettings } from "@aarohan/contract";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** What the administrators of a tenant have set, at most a minute ago. */
export function programmeSettings(c: Context<GatewayEnv>, tenant: string): Promise<VersionedSettings> {
  return c.get("services").settings.of(tenant, () => c.env.SETTINGS.getByName(tenant).read());
}

/** What administrators entered takes precedence over the deployment's table, which is the start value. */
export async function denominatorsOf(
  c: Context<GatewayEnv>,
  tenant: string,
): Promise<readonly DenominatorSetting[]> {
  const { settings } = await programmeSettings(c, tenant);
  return settings?.denominators ?? c.get("services").config.denominators;
}
