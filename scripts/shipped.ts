/** What is deployed or handed out, and what of others is in it. */
import { spawnSync } from "node:child_process";

/** Workspaces that are shipped, as pnpm's filters: all but the development kit and the browser's tests. */
export const SHIPPED = [
  "./packages/*",
  "./workers/*",
  "./web/*",
  "!@aarohan/devkit",
  "!@aarohan/e2e",
].flatMap((workspaces) => ["--filter", workspaces]);

/** Production dependencies of what is shipped, all levels deep: `name@version` → SPDX licence, as each states it. */
export function shippedLicences(): Map<string, string> {
  const args = [...SHIPPED, "licenses", "list", "--prod", "--json"];
  const { status, stdout, stderr } = spawnSync("pnpm", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`pnpm licenses failed:\n${stdout}${stderr}`);
  const byLicence: Record<string, { name: string; versions: string[] }[]> = JSON.parse(stdout);
  return new Map(
    Object.entries(byLicence).flatMap(([licence, packages]) =>
      packages.flatMap(({ name, versions }) =>
        versions.map((version): [string, string] => [`${name}@${version}`, licence]),
      ),
    ),
  );
}
