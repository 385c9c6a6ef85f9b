import { rmSync } from "node:fs";
import { type FhirServerOptions, startFhirProxy } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { testWith } from "@aarohan/test/test-stack";
import { inject } from "vitest";
import { hold } from "./hapi.ts";
import { startRealIssuer } from "./real-issuer.ts";

const hapi = inject("hapi");
const keycloak = inject("keycloak");

/** Stacks of this file that are not closed. */
let open = 0;

/**
 * Every stack of the suites stands before the one HAPI server, which then holds what the stack asks for, and before
 * Keycloak's realm. A stack that is started while another one is open sees what that one has.
 */
testWith({
  async startFhirServer({ port, resources }) {
    if (open === 0) await hold(hapi, await listed(resources));
    const proxy = await startFhirProxy({
      port,
      target: hapi.port,
      // HAPI says two minutes of each export, which here takes seconds.
      retryAfterSeconds: 1,
      onWrite: () => rmSync(hapi.holdings, { force: true }),
    });
    open += 1;
    const { close } = proxy;
    return Object.assign(proxy, {
      async close() {
        open -= 1;
        await close();
      },
    });
  },
  startIssuer: (options) => startRealIssuer(keycloak, options),
});

async function listed(resources: FhirServerOptions["resources"]): Promise<AnyResource[]> {
  const all: AnyResource[] = [];
  for await (const resource of resources) all.push(resource);
  return all;
}
