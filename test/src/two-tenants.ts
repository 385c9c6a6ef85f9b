import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { startFhirServer } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { startTestStack, type TestStack } from "./test-stack.ts";

/**
 * A stack whose tenants `north` and `south` have the same resources under the same ids: what is the one's and works for
 * the other would be seen.
 */
export async function startTwoTenants(resources: readonly AnyResource[]): Promise<TestStack> {
  const server = await startFhirServer({ port: 0, resources });
  const front = createServer((incoming, answer) => {
    const path = (incoming.url ?? "").replace(/^\/fhir\/(?:north|south)(?=[/?]|$)/, "/fhir");
    const { method = "GET", headers } = incoming;
    const passed = request({ host: "127.0.0.1", port: server.port, method, headers, path }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((listening) => front.listen(0, "127.0.0.1", () => listening()));
  const { port } = front.address() as AddressInfo;
  const stack = await startTestStack({
    settings: {
      UPSTREAM_BASE_URL: `http://localhost:${port}/fhir/{tenant}`,
      UPSTREAM_LINK_ALIASES: server.url,
    },
  });
  return {
    ...stack,
    async close() {
      await stack.close();
      front.close();
      await server.close();
    },
  };
}
