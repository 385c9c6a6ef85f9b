import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonScanner, MalformedJson, PatientFinder, patientsNamed } from "../src/index.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const PAYLOADS = ['"', "\\", '\\"', "é", "€", "😀", "\u0000", "\u007f", "!", "]", "}"];

describe("JsonScanner", () => {
  it.each(PAYLOADS)(
    "finds the end of a string with %j at each place, and behind each other one",
    (payload) => {
      for (let place = 0; place < 13; place += 1) {
        for (const other of PAYLOADS) {
          const text = JSON.stringify(`${"a".repeat(place)}${payload}${other}b`);
          for (const before of ["", " ", "  ", "   "]) {
            const bytes = encode(`${before}${text},"c"`);
            const { start, end } = new JsonScanner(bytes).skipValue();
            expect(new TextDecoder().decode(bytes.subarray(start, end))).toBe(text);
            expect(new JsonScanner(bytes).readString()).toBe(JSON.parse(text));
          }
        }
      }
    },
  );

  it("reads the strings that JSON.parse reads, however many came before", () => {
    const texts = fc.array(
      fc.oneof(fc.string({ unit: "binary", maxLength: 30 }), fc.string({ maxLength: 3 })),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(texts, (all) => {
        const read: string[] = [];
        const scanner = new JsonScanner(encode(JSON.stringify(all)));
        scanner.readArray(() => read.push(scanner.readString()));
        scanner.assertEnd();
        expect(read).toEqual(all);
      }),
    );
  });

  it.each(['"', '"a', '"abc\\', '"abcd\\"', '"abcdefgh', "[", '["a"', "[}", "{]", '{"a":1'])(
    "refuses what does not end: %s",
    (text) => {
      expect(() => new JsonScanner(encode(text)).skipValue()).toThrow(MalformedJson);
    },
  );

  it("refuses what is deeper than a hundred levels", () => {
    const deep = (levels: number) => new JsonScanner(encode("[".repeat(levels) + "]".repeat(levels)));
    expect(deep(100).skipValue().end).toBe(200);
    expect(() => deep(101).skipValue()).toThrow(MalformedJson);
  });

  it("refuses a string with a control character, and one that is not UTF-8", () => {
    expect(() => new JsonScanner(encode('"a\nb"')).readString()).toThrow(MalformedJson);
    expect(() => new JsonScanner(Uint8Array.of(0x22, 0xff, 0x22)).readString()).toThrow(MalformedJson);
  });
});

describe("patientsNamed", () => {
  const named = (text: string) => {
    const bytes = encode(`[${text}]`);
    return patientsNamed(bytes, { start: 1, end: bytes.length - 1 });
  };

  it.each([
    ["a Patient", '{"resourceType":"Patient","id":"a"}', ["a"]],
    [
      "a Patient whose type stands last",
      '{"id":"a","name":[{"text":"\\"Patient/z"}],"resourceType":"Patient"}',
      ["z", "a"],
    ],
    [
      "references, absolute and with a version",
      '{"resourceType":"X","b":{"reference":"https://h/fhir/Patient/b/_history/1"}}',
      ["b"],
    ],
    ["a resource of another type", '{"resourceType":"Group","type":"Patient","id":"g"}', []],
    ["another type that stands last", '{"type":"Patient","id":"g","resourceType":"Group"}', []],
    ["a Patient whose id stands twice", '{"resourceType":"Patient","id":"a","id":"b"}', []],
    ["a Patient that does not end", '{"resourceType":"Patient","id":"a"', []],
  ])("of %s", (_, text, expected) => {
    expect(named(text)).toEqual(expected);
  });

  it("looks at one resource of a page after the other, and at nothing of its neighbours", () => {
    const parts = [
      '\ufeff{"resourceType":"Patient","id":"a"}',
      '{"resourceType":"Patient",',
      '"id":"b"}',
      '{"resourceType":"Basic","id":"Pat',
      'ient/c"}',
      '{"resourceType":"Patient","id":"d"}',
    ].map(encode);
    const page = Buffer.concat(parts);
    const finder = new PatientFinder(page);
    let start = 0;
    const found = parts.map(({ length }) => {
      start += length;
      return finder.named({ start: start - length, end: start });
    });
    expect(found).toEqual([["a"], [], [], [], [], ["d"]]);
  });

  it("reads a page no oftener than once, however many resources it has that name nobody", () => {
    const one = '{"resourceType":"Basic","id":"1"}';
    const page = encode(one.repeat(400_000));
    const finder = new PatientFinder(page);
    for (let start = 0; start < page.length; start += one.length)
      expect(finder.named({ start, end: start + one.length }).length).toBe(0);
  });
});
