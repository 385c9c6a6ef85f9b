import { aessiv } from "@noble/ciphers/aes.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AesSiv } from "../src/aes-siv.ts";
import { createPseudonymCodec, parsePseudonymKeys } from "../src/index.ts";
import { isShortForm } from "../src/short-pseudonym.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));
const KEY = { id: 1, secret: new Uint8Array(32).fill(7) };
const OLD = { id: 0, secret: new Uint8Array(32).fill(9) };
const DOMAIN = { tenant: "default", recipient: "analyst", policy: "programme" };
const codec = createPseudonymCodec({ keys: [KEY, OLD], domain: DOMAIN });

const fhirId = fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/);
const packable = fc.stringMatching(/^[A-Za-z0-9.-]{1,41}$/);

describe("AES-SIV", () => {
  it("gives what RFC 5297 A.1 prints", () => {
    const siv = new AesSiv(hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0 f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"));
    const associated = siv.associate(hex("101112131415161718191a1b1c1d1e1f2021222324252627"));
    const sealed = siv.seal(associated, hex("112233445566778899aabbccddee"));
    expect(Buffer.from(sealed).toString("hex")).toBe(
      "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c",
    );
  });

  it("agrees with the library's own for any key, data and length", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ minLength: 1, maxLength: 70 }),
        (key, data, plain) => {
          const siv = new AesSiv(key);
          const associated = siv.associate(data);
          const sealed = siv.seal(associated, plain);
          expect(sealed).toEqual(aessiv(key, data).encrypt(plain));
          expect(siv.open(associated, sealed)).toEqual(plain);
        },
      ),
    );
  });
});

describe("a pseudonym", () => {
  it("is a FHIR id that starts with a letter, and opens to the id", () => {
    fc.assert(
      fc.property(fc.oneof(packable, fc.uuid()), (id) => {
        const pseudonym = codec.seal("Patient", id);
        expect(pseudonym).toMatch(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/);
        expect(codec.open("Patient", pseudonym)).toBe(id);
      }),
    );
  });

  it("has 44 characters for a UUID; an upper-case UUID is another id", () => {
    const id = "0d87c467-5274-4fec-8b6e-665b8f10c8d0";
    expect(codec.seal("Patient", id)).toHaveLength(44);
    expect(codec.open("Patient", codec.seal("Patient", id.toUpperCase()))).toBe(id.toUpperCase());
    expect(codec.seal("Patient", id.toUpperCase())).not.toBe(codec.seal("Patient", id));
  });

  it("is stable, and differs by id, type and each part of the domain", () => {
    fc.assert(
      fc.property(fhirId, fhirId, (a, b) => {
        const others = (["tenant", "recipient", "policy"] as const).map((part) =>
          createPseudonymCodec({ keys: [KEY], domain: { ...DOMAIN, [part]: "other" } }),
        );
        const all = [
          codec.seal("Patient", a),
          codec.seal("Observation", a),
          ...others.map((o) => o.seal("Patient", a)),
        ];
        expect(new Set(all).size).toBe(all.length);
        expect(codec.seal("Patient", a) === codec.seal("Patient", b)).toBe(a === b);
        for (const other of others) expect(other.open("Patient", codec.seal("Patient", a))).toBeUndefined();
        expect(codec.open("Observation", codec.seal("Patient", a))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it("keeps the parts of its domain apart", () => {
    const left = createPseudonymCodec({
      keys: [KEY],
      domain: { tenant: "a", recipient: "b c", policy: "d" },
    });
    const right = createPseudonymCodec({
      keys: [KEY],
      domain: { tenant: "a b", recipient: "c", policy: "d" },
    });
    expect(left.seal("Patient", "1")).not.toBe(right.seal("Patient", "1"));
  });

  it("is refused when any character is changed, cut or added", () => {
    const pseudonym = codec.seal("Patient", "patient-123");
    for (let at = 0; at < pseudonym.length; at += 1) {
      for (const character of "Aa0-.") {
        const changed = pseudonym.slice(0, at) + character + pseudonym.slice(at + 1);
        if (changed !== pseudonym) expect(codec.open("Patient", changed)).toBeUndefined();
      }
      expect(codec.open("Patient", pseudonym.slice(0, at))).toBeUndefined();
    }
    for (const character of "Aa0-. é") expect(codec.open("Patient", pseudonym + character)).toBeUndefined();
  });

  it("is refused where it is a guess", () => {
    fc.assert(fc.property(fhirId, (guess) => codec.open("Patient", guess) === undefined));
  });

  it("of a longer id is one-way, stable and distinct", () => {
    const id = "x".repeat(42);
    expect(codec.seal("Patient", id)).toMatch(/^[A-Za-z][A-Za-z0-9.-]{43}$/);
    expect(codec.seal("Patient", id)).toBe(
      createPseudonymCodec({ keys: [KEY], domain: DOMAIN }).seal("Patient", id),
    );
    expect(codec.seal("Patient", id)).not.toBe(codec.seal("Patient", `${id}x`));
    expect(codec.open("Patient", codec.seal("Patient", id))).toBeUndefined();
  });

  it("of an older key still opens, and of an unknown one does not", () => {
    const before = createPseudonymCodec({ keys: [OLD], domain: DOMAIN }).seal("Patient", "1");
    expect(codec.open("Patient", before)).toBe("1");
    expect(createPseudonymCodec({ keys: [KEY], domain: DOMAIN }).open("Patient", before)).toBeUndefined();
  });
});

describe("the short form", () => {
  it("can be read out, and its check symbol sees a slip", () => {
    const short = codec.short("Patient", "1");
    expect(short).toMatch(/^AA-([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]$/);
    expect(isShortForm(short)).toBe(true);
    const slipped = short.slice(0, 3) + (short[3] === "7" ? "8" : "7") + short.slice(4);
    expect(isShortForm(slipped)).toBe(false);
    expect(codec.short("Patient", "2")).not.toBe(short);
  });
});

describe("parsePseudonymKeys", () => {
  const secret = Buffer.alloc(32, 1).toString("base64url");
  it("reads ids and secrets", () => {
    expect(parsePseudonymKeys(`1:${secret}, 0:${secret}`).map((key) => key.id)).toEqual([1, 0]);
  });
  it.each(["", "1", `1:${secret},1:${secret}`, `52:${secret}`, "1:c2hvcnQ", `x:${secret}`])(
    "refuses %j silently",
    (text) => {
      expect(() => parsePseudonymKeys(text)).toThrow(/^PSEUDONYM_KEYS: (?!.*AQEB)/);
    },
  );
});
