import type { VersionedSettings } from "@aarohan/contract";

const BELIEVED_MILLISECONDS = 60_000;

const MOST_TENANTS = 1000;

/** The tenants' settings as this isolate last saw them: believed for a minute. */
export interface SettingsCache {
  of(tenant: string, read: () => Promise<VersionedSettings>): Promise<VersionedSettings>;
  forget(tenant: string): void;
}

export function createSettingsCache(): SettingsCache {
  const seen = new Map<string, { readonly at: number; readonly settings: VersionedSettings }>();
  return {
    async of(tenant, read) {
      const known = seen.get(tenant);
      if (known !== undefined && Date.now() - known.at < BELIEVED_MILLISECONDS) return known.settings;
      const settings = await read();
      if (seen.size >= MOST_TENANTS) seen.clear();
      seen.set(tenant, { at: Date.now(), settings });
      return settings;
    },
    forget: (tenant) => void seen.delete(tenant),
  };
}
