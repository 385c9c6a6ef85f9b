import { DEFAULT_TENANT } from "@aarohan/programme";
import type { Handler } from "hono";
import packageFile from "../package.json" with { type: "json" };
import type { GatewayEnv } from "./gateway-env.ts";

/** `/.well-known/smart-configuration` (SMART App Launch 2.2 §Conformance): where tokens come from. */
export function smartConfiguration(): Handler<GatewayEnv> {
  return function smartConfiguration(c) {
    const [issuer] = c.get("services").config.issuers;
    c.header("Cache-Control", "public, max-age=300");
    return c.json({
      issuer: issuer?.issuer,
      jwks_uri: issuer?.jwksUri,
      authorization_endpoint: issuer?.authorizationEndpoint,
      token_endpoint: issuer?.tokenEndpoint,
      grant_types_supported: ["authorization_code", "client_credentials"],
      code_challenge_methods_supported: ["S256"],
      capabilities: ["client-confidential-symmetric", "permission-v2"],
    });
  };
}

/** How long the upstream's state is believed, in milliseconds. */
const STATUS_MILLISECONDS = 15_000;
/** When it was asked last, and what it answered: until its first answer it has not been reached. */
let asked = 0;
let reachable = false;

/** `GET /status`: for monitors and the page. Open to all, so the upstream is asked every 15 s at most, however slow it is. */
export function status(): Handler<GatewayEnv> {
  return async function status(c) {
    if (Date.now() - asked > STATUS_MILLISECONDS) {
      asked = Date.now();
      reachable = await c
        .get("services")
        .programme.tenant(DEFAULT_TENANT)
        .upstream.isReachable({ requestId: c.get("requestId") });
    }
    return c.json({
      status: reachable ? "ok" : "degraded",
      version: packageFile.version,
      upstream: reachable ? "reachable" : "unreachable",
    });
  };
}
