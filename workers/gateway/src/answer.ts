import { MEDIA_TYPES, type OutputFormat } from "@aarohan/fhir";
import type { Context } from "hono";
import { baseUrl } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";

export interface AnswerInfo {
  readonly format: OutputFormat;
  readonly resourceType: string;
  readonly next: string | undefined;
  readonly resources: number;
  readonly withheld: number;
  /** Ids of the patients whom the answer names, as the programme's server has them. */
  readonly patients: ReadonlySet<string>;
  /** What the answer says of itself, in words that name parameters and no values. */
  readonly notices?: readonly string[];
}

/**
 * Formatted chunks → the response. All of them are made before the first leaves: a page is buffered, so that every
 * fault still has its right status, and the audit trail knows how much left.
 */
export function answer(c: Context<GatewayEnv>, chunks: Iterable<Uint8Array>, info: AnswerInfo): Response {
  const body = joinBytes([...chunks]);
  const { resources, withheld, patients, notices = [] } = info;
  c.get("record").count({ resources, withheld, patients, bytes: body.length });
  c.header("Content-Type", MEDIA_TYPES[info.format]);
  if (info.format === "csv") {
    c.header("Content-Disposition", `attachment; filename="${info.resourceType}.csv"`);
    c.header(
      "Link",
      `<${baseUrl(c)}/${info.resourceType}/$data-dictionary>; rel="describedby"; type="application/csvm+json"`,
    );
  }
  // A Bundle holds its own links and notices; other formats have them in headers (RFC 8288, RFC 9651 §3.1).
  if (info.format !== "json" && info.next !== undefined)
    c.header("Link", `<${info.next}>; rel="next"`, { append: true });
  if (info.format !== "json" && notices.length > 0)
    c.header("Aarohan-Notices", notices.map((notice) => JSON.stringify(notice)).join(", "));
  return c.body(body);
}

function joinBytes(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
