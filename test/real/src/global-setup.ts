import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type HapiAddress, startHapi } from "./hapi.ts";
import { buildJava } from "./java-build.ts";
import { type KeycloakAddress, startKeycloak } from "./keycloak.ts";

declare module "vitest" {
  export interface ProvidedContext {
    hapi: HapiAddress;
    keycloak: KeycloakAddress;
  }
}

/** Starts the real parts once for all files; what they keep is gone afterwards. */
export default async function startRealParts(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "aarohan-real-"));
  const build = buildJava();
  const started = performance.now();
  const [hapi, keycloak] = await Promise.all([
    startHapi(build, join(folder, "hapi.log")),
    startKeycloak(build, join(folder, "keycloak.log")),
  ]);
  console.log(
    `HAPI FHIR and Keycloak are up after ${Math.round((performance.now() - started) / 1000)} s; logs: ${folder}`,
  );
  const { classPath } = build;
  project.provide("hapi", { classPath, port: hapi.port, holdings: join(folder, "hapi-holds") });
  project.provide("keycloak", { url: keycloak.url, adminPassword: keycloak.adminPassword });
  return async function stopRealParts() {
    await Promise.all([hapi.close(), keycloak.close()]);
    rmSync(folder, { recursive: true, force: true });
  };
}
