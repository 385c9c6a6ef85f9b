import { isFhirId } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeId, encodeId } from "../src/id-alphabet.ts";
import { createPseudonymCodec } from "../src/index.ts";
import { isShortForm } from "../src/short-pseudonym.ts";

const domain = { tenant: "default", recipient: "analyst", policy: "programme" };
const codec = createPseudonymCodec({ keys: [{ id: 51, secret: new Uint8Array(32).fill(3) }], domain });
const otherKey = createPseudonymCodec({ keys: [{ id: 51, secret: new Uint8Array(32).fill(4) }], domain });
const otherDomain = createPseudonymCodec({
  keys: [{ id: 51, secret: new Uint8Array(32).fill(3) }],
  domain: { ...domain, recipient: "other" },
});

const fhirId = fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/);
const reversible = fc.oneof(fc.stringMatching(/^[A-Za-z0-9.-]{1,41}$/), fc.uuid());

describe("a pseudonym", () => {
  it("is a FHIR id that begins with a letter, for an id of any length and each key id", () => {
    fc.assert(
      fc.property(fhirId, fc.integer({ min: 0, max: 51 }), (id, keyId) => {
        const keyed = createPseudonymCodec({ keys: [{ id: keyId, secret: new Uint8Array(32) }], domain });
        const pseudonym = keyed.seal("Patient", id);
        expect(isFhirId(pseudonym)).toBe(true);
        expect(pseudonym).toMatch(/^[A-Za-z]/);
      }),
      { numRuns: 60 },
    );
  });

  it("holds nothing of the id", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9.-]{4,64}$/),
        (id) => !codec.seal("Patient", id).includes(id),
      ),
    );
  });

  it("of each bit changed is refused", () => {
    fc.assert(
      fc.property(reversible, (id) => {
        const bytes = decodeId(codec.seal("Patient", id)) ?? new Uint8Array();
        expect(bytes.length).toBeGreaterThan(16);
        for (let bit = 0; bit < bytes.length * 8; bit += 1) {
          const tampered = bytes.slice();
          tampered[bit >> 3] = (tampered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          expect(codec.open("Patient", encodeId(tampered))).toBeUndefined();
        }
      }),
      { numRuns: 20 },
    );
  });

  it("has one spelling: its unused bits are zero, and no other text opens", () => {
    fc.assert(
      fc.property(reversible, (id) => {
        const pseudonym = codec.seal("Patient", id);
        const bytes = decodeId(pseudonym) ?? new Uint8Array();
        expect(encodeId(bytes)).toBe(pseudonym);
        const last = pseudonym.at(-1) ?? "";
        for (const other of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.".replace(
          last,
          "",
        )) {
          expect(codec.open("Patient", pseudonym.slice(0, -1) + other)).toBeUndefined();
        }
      }),
      { numRuns: 20 },
    );
  });

  it("differs by id, by key and by recipient, of all that is made of an id", () => {
    fc.assert(
      fc.property(fhirId, fhirId, (a, b) => {
        const made = [codec, otherKey, otherDomain].flatMap((one) => [
          one.seal("Patient", a),
          one.short("Patient", a),
        ]);
        expect(new Set(made).size).toBe(made.length);
        expect(codec.short("Patient", a) === codec.short("Patient", b)).toBe(a === b);
        expect(isShortForm(codec.short("Patient", a))).toBe(true);
        expect(otherKey.open("Patient", codec.seal("Patient", a))).toBeUndefined();
        const digests = [codec.digest(a), otherKey.digest(a), otherDomain.digest(a)];
        expect(new Set(digests).size).toBe(3);
        expect(codec.digest(a)).toBe(digests[0]);
      }),
    );
  });
});

describe("the days by which a patient's dates move", () => {
  it("are stable, whole, never 0 and within bounds, whatever the bounds", () => {
    fc.assert(
      fc.property(fhirId, fc.integer({ min: 1, max: 3650 }), (id, most) => {
        const days = codec.shiftDays(id, most);
        expect(days).toBe(codec.shiftDays(id, most));
        expect(Number.isInteger(days) && days !== 0 && Math.abs(days) <= most).toBe(true);
      }),
    );
  });

  it("are about equally often each of them, and others for another recipient", () => {
    const most = 5;
    const counts = new Map<number, number>();
    const ids = Array.from({ length: 5000 }, (_, index) => `patient-${index}`);
    for (const id of ids) {
      const days = codec.shiftDays(id, most);
      counts.set(days, (counts.get(days) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]);
    // 500 each are expected; six standard deviations are about 127.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(127);
    const same = ids.filter((id) => codec.shiftDays(id, most) === otherDomain.shiftDays(id, most));
    expect(same.length).toBeLessThan(700);
  });
});
