import { createCipheriv, randomBytes } from "node:crypto";
import { unsafe } from "@noble/ciphers/aes.js";
import { expect, it } from "vitest";
import { encryptBlock } from "../src/aes-block.ts";

function encrypted(key: Uint8Array, block: Uint8Array): string {
  const words = new Uint32Array(block.slice().buffer);
  encryptBlock(unsafe.expandKeyLE(key), words);
  return Buffer.from(words.buffer).toString("hex");
}

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

it("has the ciphertexts of FIPS 197, appendix C", () => {
  const block = bytes("00112233445566778899aabbccddeeff");
  const key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  expect(encrypted(bytes(key.slice(0, 32)), block)).toBe("69c4e0d86a7b0430d8cdb78070b4c55a");
  expect(encrypted(bytes(key), block)).toBe("8ea2b7ca516745bfeafc49904b496089");
});

it("agrees with another implementation on any key and block", () => {
  for (let round = 0; round < 2000; round += 1) {
    const key = Uint8Array.from(randomBytes(round % 2 === 0 ? 16 : 32));
    const block = Uint8Array.from(randomBytes(16));
    const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
    expect(encrypted(key, block)).toBe(cipher.update(block).toString("hex"));
  }
});
