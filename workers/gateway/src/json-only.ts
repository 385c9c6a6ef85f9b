import { EdgeError } from "@aarohan/contract";
import { negotiate } from "@aarohan/fhir";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** For what comes as FHIR JSON alone. Throws `not-acceptable` where `_format` or Accept (RFC 9110 §12.5.1) wants another format. */
export function assertJson(c: Context<GatewayEnv>): void {
  const format = c.req.query("_format");
  const accept = c.req.header("Accept");
  const asked = { ...(format === undefined ? {} : { format }), ...(accept === undefined ? {} : { accept }) };
  if (negotiate(asked) === "json") return;
  throw new EdgeError("not-acceptable", "This comes as application/fhir+json alone.", {
    parameter: format === undefined ? "Accept" : "_format",
  });
}
