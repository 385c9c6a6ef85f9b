import { EdgeError } from "@aarohan/contract";
import type { Context } from "hono";
import { readBounded } from "./bounded-text.ts";
import type { GatewayEnv } from "./gateway-env.ts";

/** Media types of FHIR's own JSON (FHIR R4 §3.1.0.1.8). */
export const FHIR_JSON = ["application/fhir+json", "application/json"];

/**
 * The body as JSON, of one of these media types and at most `most` bytes (default 64 KiB); `undefined` for an empty one. Throws
 * `media-type-unsupported`, `body-too-large` or `body-invalid`.
 */
export async function readJsonBody(
  c: Context<GatewayEnv>,
  types: readonly string[],
  most?: number,
): Promise<unknown> {
  const text = await readBounded(c.req.raw.body, most);
  if (text.trim() === "") return undefined;
  const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!types.includes(type)) {
    throw new EdgeError("media-type-unsupported", `The body is JSON, as ${types[0]}.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body: it is not passed on.
    throw new EdgeError("body-invalid", "The body is no JSON.");
  }
}
