import type { ServedFile } from "@aarohan/exporter";
import { describe, expect, it } from "vitest";
import { representationOf } from "../src/representation.ts";

const served = {
  file: { segments: [], size: 1000, compressedSize: 100, digest: new Uint8Array(32).fill(0xab) },
} as unknown as ServedFile;
const DIGEST = "ab".repeat(16);

const of = (headers: Record<string, string>, method = "GET") =>
  representationOf({ method, headers: new Headers(headers) }, served);

describe("what of a file is sent", () => {
  it.each([
    [{}, { status: 200, isGzip: false, start: 0, end: 1000, size: 1000, etag: `"${DIGEST}"` }],
    [
      { "Accept-Encoding": "gzip" },
      { status: 200, isGzip: true, end: 100, size: 100, etag: `"${DIGEST}-gzip"` },
    ],
    [{ "Accept-Encoding": "br, gzip;q=0.1" }, { isGzip: true }],
    [{ "Accept-Encoding": "gzip;q=0" }, { isGzip: false }],
    [{ "Accept-Encoding": "identity;q=1, gzip;q=0.9" }, { isGzip: false }],
    [{ "Accept-Encoding": "*" }, { isGzip: true }],
    [{ Range: "bytes=10-19" }, { status: 206, start: 10, end: 20, size: 1000 }],
    [
      { Range: "bytes=10-19", "Accept-Encoding": "gzip" },
      { status: 206, start: 10, end: 20, size: 100 },
    ],
    [{ Range: "bytes=10-19", "If-Range": `"${DIGEST}"` }, { status: 206 }],
    [{ Range: "bytes=10-19", "If-Range": `"${DIGEST}-gzip"` }, { status: 200 }],
    [{ "If-None-Match": `W/"x", "${DIGEST}"` }, { status: 304 }],
    [{ "If-None-Match": "*" }, { status: 304 }],
    [{ "If-None-Match": `W/"${DIGEST}"` }, { status: 304 }],
    [{ "If-None-Match": `"${DIGEST}"`, "Accept-Encoding": "gzip" }, { status: 200 }],
  ])("%j", (headers, expected) => {
    expect(of(headers)).toMatchObject(expected);
  });

  it.each([
    { Range: "bytes=10-19" },
    { Range: "bytes=10-19", "If-Range": `"${DIGEST}"` },
    { Range: "bytes=1000-" },
  ])("is told whole to HEAD, which knows no ranges: %j", (headers) => {
    expect(of(headers, "HEAD")).toMatchObject({ status: 200, start: 0, end: 1000 });
  });

  it("is nothing beyond its end", () => {
    expect(() => of({ Range: "bytes=1000-" })).toThrow(
      expect.objectContaining({ code: "range-unsatisfiable" }),
    );
    expect(() => of({ Range: "bytes=100-", "Accept-Encoding": "gzip" })).toThrow(
      expect.objectContaining({ code: "range-unsatisfiable" }),
    );
  });
});
