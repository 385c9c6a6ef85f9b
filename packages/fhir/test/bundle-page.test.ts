import { EdgeError } from "@aarohan/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseResource, splitBundle } from "../src/index.ts";

const LIMITS = { maximumResourceBytes: 10_000 };
const encode = (text: string) => new TextEncoder().encode(text);

function resourcesOf(text: string): unknown[] {
  const bytes = encode(text);
  return splitBundle(bytes, LIMITS).entries.map((entry) => parseResource(bytes, entry));
}

const resource = fc
  .dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 4 }))
  .map((rest) => ({ ...rest, resourceType: "Patient" }));

describe("splitBundle", () => {
  it("finds the same resources as JSON.parse, whatever the white space", () => {
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 5 }), fc.constantFrom(0, 1, "\t"), (resources, indent) => {
        const bundle = {
          entry: resources.map((value) => ({ search: { mode: "match" }, resource: value })),
          total: resources.length,
          resourceType: "Bundle",
          link: [{ relation: "self", url: 'http://x/\\"é' }],
        };
        const text = JSON.stringify(bundle, null, indent);
        expect(resourcesOf(text)).toEqual(
          JSON.parse(text).entry.map((e: { resource: unknown }) => e.resource),
        );
      }),
    );
  });

  it("reads total, links and modes in any order of keys", () => {
    const page = splitBundle(
      encode(
        '\uFEFF{"entry":[{"search":{"mode":"include"},"resource":{"resourceType":"A"}},{"resource":{"resourceType":"B"}},{"fullUrl":"x"}],"link":[{"url":"u","relation":"next"}],"total":7,"resourceType":"Bundle"}',
      ),
      LIMITS,
    );
    expect(page.total).toBe(7);
    expect(page.links.get("next")).toBe("u");
    expect(page.entries.map((entry) => entry.mode)).toEqual(["include", "match"]);
  });

  it("refuses a text that is cut off anywhere", () => {
    const text =
      '{"resourceType":"Bundle","total":1,"entry":[{"resource":{"resourceType":"P","a":["\\"x\\\\",1,null]}}]}';
    for (let length = 0; length < text.length; length += 1) {
      expect(() => splitBundle(encode(text.slice(0, length)), LIMITS)).toThrow(/not valid FHIR JSON/);
    }
    expect(resourcesOf(text)).toHaveLength(1);
  });

  it.each([
    ["another resource", '{"resourceType":"Patient"}'],
    ["an array", "[]"],
    ["a number", "1"],
    ["HTML", "<html></html>"],
    ["a negative total", '{"resourceType":"Bundle","total":-1}'],
    ["a fraction as total", '{"resourceType":"Bundle","total":1.5}'],
    ["a key twice under an escape", '{"resourceType":"Bundle","entry":[],"\\u0065ntry":[]}'],
    ["a key twice", '{"resourceType":"Bundle","entry":[],"entry":[]}'],
    ["a key twice in an entry", '{"resourceType":"Bundle","entry":[{"resource":{},"resource":{}}]}'],
    ["brackets that do not match", '{"resourceType":"Bundle","entry":[{"resource":{"a":[}]}}]}'],
    ["text after its end", '{"resourceType":"Bundle"} x'],
    ["a resource that is no object", '{"resourceType":"Bundle","entry":[{"resource":"x"}]}'],
    [
      "101 levels",
      `{"resourceType":"Bundle","entry":[{"resource":${'{"a":'.repeat(101)}1${"}".repeat(101)}}]}`,
    ],
  ])("refuses %s", (_, text) => {
    expect(() => splitBundle(encode(text), LIMITS)).toThrow(/not valid FHIR JSON/);
  });

  it("tells an OperationOutcome from what is malformed", () => {
    const outcome = '{"issue":[{"diagnostics":"Lakshmi"}],"resourceType":"OperationOutcome"}';
    expect(() => splitBundle(encode(outcome), LIMITS)).toThrow(
      expect.objectContaining({
        code: "upstream-refused",
        message: expect.not.stringContaining("Lakshmi"),
      }),
    );
  });

  it("stays inside the bytes and within its own errors, whatever byte is changed", () => {
    const bytes = encode(
      '\uFEFF{"resourceType":"Bundle","link":[{"relation":"next","url":"\\"ಕ"}],"total":1,"entry":[{"resource":{"resourceType":"P","a":["\\\\",{}]},"search":{"mode":"match"}}]}',
    );
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = bytes.slice();
        for (const [position, byte] of changes) changed[position] = byte;
        try {
          for (const entry of splitBundle(changed, LIMITS).entries) {
            expect(entry.start).toBeGreaterThanOrEqual(0);
            expect(entry.end).toBeLessThanOrEqual(changed.length);
            parseResource(changed, entry);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(EdgeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses a resource past the limit", () => {
    const text = `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"P","a":"${"x".repeat(10_000)}"}}]}`;
    expect(() => splitBundle(encode(text), LIMITS)).toThrow(/larger than 10000 bytes/);
  });

  it.each([
    ["without a type", "{}"],
    ["that is null", "null"],
    ["with a bad escape", '{"resourceType":"\\q"}'],
    ["with a bad number", '{"resourceType":"P","a":01}'],
  ])("parses no resource %s", (_, text) => {
    const bytes = encode(text);
    expect(() => parseResource(bytes, { start: 0, end: bytes.length })).toThrow(/not valid FHIR JSON/);
  });

  it("refuses bytes that are not UTF-8", () => {
    const bytes = new Uint8Array([...encode('{"resourceType":"'), 0xff, ...encode('"}')]);
    expect(() => parseResource(bytes, { start: 0, end: bytes.length })).toThrow(/not valid FHIR JSON/);
  });
});
