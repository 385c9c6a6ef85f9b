import { EdgeError, isKnownTag } from "@aarohan/contract";
import type { ServedFile } from "@aarohan/exporter";
import { isRangeFresh, parseRange } from "@aarohan/files";

/** What of a file is sent. */
export interface Representation {
  readonly status: 200 | 206 | 304;
  /** True for the stored, compressed bytes; else the file's own. */
  readonly isGzip: boolean;
  /** Strong, and another one for each coding (RFC 9110 §8.8.3). */
  readonly etag: string;
  /** Bytes of the representation, from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

/**
 * By Accept-Encoding, If-None-Match, and for GET, which alone knows ranges (RFC 9110 §14.2), Range and If-Range. Throws
 * `range-unsatisfiable`.
 */
export function representationOf(
  { method, headers }: Pick<Request, "method" | "headers">,
  { file }: ServedFile,
): Representation {
  const isGzip = acceptsGzip(headers.get("Accept-Encoding") ?? "");
  const size = isGzip ? file.compressedSize : file.size;
  const digest = Array.from(file.digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
  const etag = `"${digest}${isGzip ? "-gzip" : ""}"`;
  const whole = { isGzip, etag, start: 0, end: size, size };
  if (isKnownTag(headers.get("If-None-Match"), etag)) return { ...whole, status: 304 };
  if (method !== "GET") return { ...whole, status: 200 };
  const ifRange = headers.get("If-Range") ?? undefined;
  const range = isRangeFresh(ifRange, etag) ? parseRange(headers.get("Range") ?? undefined, size) : undefined;
  if (range === "unsatisfiable") {
    throw new EdgeError("range-unsatisfiable", `The file has ${size} bytes in this coding.`, {
      parameter: "Range",
      completeLength: size,
    });
  }
  return range === undefined ? { ...whole, status: 200 } : { ...whole, ...range, status: 206 };
}

/** `gzip` or `*` with a quality above 0 (RFC 9110 §12.5.3); what is not named is not wanted. */
function acceptsGzip(header: string): boolean {
  const qualities = new Map(
    header.split(",").map((part) => {
      const [coding = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return [coding, quality === undefined ? 1 : Number(quality) || 0] as const;
    }),
  );
  const gzip = qualities.get("gzip") ?? qualities.get("x-gzip") ?? qualities.get("*") ?? 0;
  // Somebody who would rather have the bytes as they are gets them.
  return gzip > 0 && gzip >= (qualities.get("identity") ?? 0);
}
