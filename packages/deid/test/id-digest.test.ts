import { aessiv } from "@noble/ciphers/aes.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdDigest } from "../src/id-digest.ts";

const encoder = new TextEncoder();
const label = (...parts: string[]) => encoder.encode(JSON.stringify(parts));
const key = fc.uint8Array({ minLength: 64, maxLength: 64 });
const otherId = fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/);

/** The tag of the library's AES-SIV. */
function tagOf(secret: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array {
  return aessiv(secret, associated).encrypt(plain).subarray(0, 16);
}

describe("the digest of an id", () => {
  it("is the tag of AES-SIV over a UUID's sixteen bytes", () => {
    fc.assert(
      fc.property(key, fc.uuid(), (secret, id) => {
        const plain = Uint8Array.from(Buffer.from(id.replaceAll("-", ""), "hex"));
        expect(new IdDigest(secret, label).of("Patient", id)).toEqual(
          tagOf(secret, label("Patient", "uuid"), plain),
        );
      }),
    );
  });

  it("is the tag of AES-SIV over the characters of any other id", () => {
    fc.assert(
      fc.property(key, otherId, (secret, id) => {
        expect(new IdDigest(secret, label).of("Patient", id)).toEqual(
          tagOf(secret, label("Patient", "text"), encoder.encode(id)),
        );
      }),
    );
  });

  it("tells a UUID from a text of the same bytes, and one type from another", () => {
    const digests = new IdDigest(new Uint8Array(64).fill(3), label);
    const text = "abcdefghijklmnop";
    const hex = Buffer.from(text).toString("hex");
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    const digest = (type: string, id: string) => Buffer.from(digests.of(type, id)).toString("hex");
    const all = ["Patient", "Encounter"].flatMap((type) => [digest(type, uuid), digest(type, text)]);
    expect(new Set(all).size).toBe(4);
  });
});
