import type { Gateway } from "../gateway/create-gateway.ts";
import { GatewayError } from "../gateway/gateway-error.ts";
import { readLimits } from "./limits.ts";

/**
 * Throws GatewayError where the file cannot be had now: the allowance is used up, the session has ended, the file is gone. A
 * browser that followed the link would only say that the download failed.
 */
export async function assertAvailable(gateway: Gateway, path: string): Promise<void> {
  const { downloads } = readLimits(await gateway.json("/fhir/$limits"));
  if (downloads.left <= 0) {
    throw new GatewayError("throttled", "", {
      status: 429,
      code: "download-limited",
      parameter: undefined,
      retryAt: Date.now() + downloads.resetSeconds * 1000,
    });
  }
  await gateway.ask(path, { method: "HEAD" });
}
