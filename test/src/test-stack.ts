import {
  type DemoOptions,
  type DemoRole,
  type DemoStack,
  type Parts,
  startDemoStack,
  startTokenMint,
  type TokenMint,
} from "@aarohan/devkit";
import { type RawRequest, type RawResponse, rawRequest } from "./raw-client.ts";

export interface TestStack extends DemoStack {
  readonly mint: TokenMint;
  /** Every line that the workers logged so far. */
  readonly logs: readonly string[];
  /** One request below `/fhir`, as a fresh user of the role. */
  ask(role: DemoRole, path: string, options?: RawRequest): Promise<RawResponse>;
}

let parts: Partial<Parts> = {};

/** Other parts than the embedded ones for every stack that is started from now on. */
export function testWith(others: Partial<Parts>): void {
  parts = others;
}

/** True where the suites stand before the embedded FHIR server, which holds whatever it is given as it is. */
export function isEmbedded(): boolean {
  return parts.startFhirServer === undefined;
}

/**
 * The demo with a small population, an issuer of the tests' own beside the embedded one, and its logs kept. `EDGE_BUILD`:
 * other bundles of the workers than those that are deployed.
 */
export async function startTestStack(options: DemoOptions = {}): Promise<TestStack> {
  const mint = await startTokenMint();
  const logs: string[] = [];
  const stack = await startDemoStack({
    patients: 150,
    parts,
    ...(process.env.EDGE_BUILD === undefined ? {} : { build: process.env.EDGE_BUILD }),
    ...options,
    furtherIssuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
    onLog: (line) => logs.push(line),
  });
  return {
    ...stack,
    mint,
    logs,
    async ask(role, path, request = {}) {
      const token = await mint.mint(role);
      return rawRequest(`${stack.fhirUrl}${path}`, {
        ...request,
        headers: { Authorization: `Bearer ${token}`, ...request.headers },
      });
    },
    async close() {
      await stack.close();
      await mint.close();
    },
  };
}
