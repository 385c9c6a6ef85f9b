import { unsafe } from "@noble/ciphers/aes.js";
import { encryptBlock } from "./aes-block.ts";

const BLOCK = 16;

/**
 * AES-SIV (RFC 5297) with one component of associated data: deterministic authenticated encryption. The key
 * schedule is the library's; schedules, the CMAC subkeys and the part of S2V that depends on the associated data alone are
 * computed once, so that sealing 16 bytes costs two blocks.
 */
export class AesSiv {
  readonly #macKey: Uint32Array;
  readonly #streamKey: Uint32Array;
  /** CMAC subkeys K1 and K2 (RFC 4493 §2.3). */
  readonly #k1: Uint8Array;
  readonly #k2: Uint8Array;
  readonly #k1Words: Uint32Array;
  readonly #words = new Uint32Array(4);

  /** `key`: 32, 48 or 64 bytes; the first half authenticates, the second encrypts (RFC 5297 §2.2). */
  constructor(key: Uint8Array) {
    this.#macKey = unsafe.expandKeyLE(key.slice(0, key.length / 2));
    this.#streamKey = unsafe.expandKeyLE(key.slice(key.length / 2));
    this.#k1 = double(this.#block(this.#macKey, new Uint8Array(BLOCK)));
    this.#k2 = double(this.#k1.slice());
    this.#k1Words = words(this.#k1);
  }

  /** What S2V makes of the associated data (RFC 5297 §2.4): 16 bytes for `seal` and `open`. */
  associate(data: Uint8Array): Uint8Array {
    const start = double(this.#cmac(new Uint8Array(BLOCK)));
    return xorInto(start, this.#cmac(data));
  }

  /** Tag of 16 bytes, then the ciphertext (§2.6). */
  seal(associated: Uint8Array, plain: Uint8Array): Uint8Array {
    const tag = this.tag(associated, plain);
    const sealed = new Uint8Array(BLOCK + plain.length);
    sealed.set(tag);
    sealed.set(plain, BLOCK);
    this.#applyStream(tag, sealed.subarray(BLOCK));
    return sealed;
  }

  /**
   * `seal` of one block of 16 bytes, without a byte array in between: `plain` and the sealed 32 bytes as 32-bit words of
   * four bytes each, the first byte lowest. `associated` as `words` of what `associate` gave.
   */
  sealBlock(associated: Uint32Array, plain: Uint32Array, sealed: Uint32Array): void {
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0] = plain;
    const block = this.#words;
    this.tagBlock(associated, plain, block);
    sealed.set(block);
    block[2] = (block[2] ?? 0) & ~0x80;
    block[3] = (block[3] ?? 0) & ~0x80;
    encryptBlock(this.#streamKey, block);
    sealed[4] = p0 ^ (block[0] ?? 0);
    sealed[5] = p1 ^ (block[1] ?? 0);
    sealed[6] = p2 ^ (block[2] ?? 0);
    sealed[7] = p3 ^ (block[3] ?? 0);
  }

  /** The tag alone of one block of 16 bytes, in words as those of `sealBlock`. */
  tagBlock(associated: Uint32Array, plain: Uint32Array, tag: Uint32Array): void {
    const [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = this.#k1Words;
    const [a0 = 0, a1 = 0, a2 = 0, a3 = 0] = associated;
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0] = plain;
    // S2V's xorend of a whole block, then CMAC's last block (RFC 5297 §2.4, RFC 4493 §2.4).
    tag[0] = p0 ^ a0 ^ k0;
    tag[1] = p1 ^ a1 ^ k1;
    tag[2] = p2 ^ a2 ^ k2;
    tag[3] = p3 ^ a3 ^ k3;
    encryptBlock(this.#macKey, tag);
  }

  /** `undefined` unless tag, key and associated data agree (§2.7); the tag is compared in constant time. */
  open(associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < BLOCK) return undefined;
    const tag = sealed.subarray(0, BLOCK);
    const plain = sealed.slice(BLOCK);
    this.#applyStream(tag, plain);
    const expected = this.tag(associated, plain);
    let difference = 0;
    for (let index = 0; index < BLOCK; index += 1) difference |= (expected[index] ?? 0) ^ (tag[index] ?? 0);
    return difference === 0 ? plain : undefined;
  }

  /** The tag alone, a keyed digest of 16 bytes: S2V is a pseudorandom function (§2.4). */
  tag(associated: Uint8Array, plain: Uint8Array): Uint8Array {
    if (plain.length >= BLOCK) {
      const mixed = plain.slice();
      xorInto(mixed.subarray(mixed.length - BLOCK), associated);
      return this.#cmac(mixed);
    }
    return this.#cmac(xorInto(double(associated.slice()), padded(plain)));
  }

  /** AES-CMAC (RFC 4493 §2.4). */
  #cmac(message: Uint8Array): Uint8Array {
    const state = new Uint8Array(BLOCK);
    const whole = message.length > 0 && message.length % BLOCK === 0;
    const last = whole ? message.length - BLOCK : message.length - (message.length % BLOCK);
    for (let at = 0; at < last; at += BLOCK) {
      this.#block(this.#macKey, xorInto(state, message.subarray(at, at + BLOCK)));
    }
    const rest = message.subarray(last);
    xorInto(state, whole ? rest : padded(rest));
    return this.#block(this.#macKey, xorInto(state, whole ? this.#k1 : this.#k2));
  }

  /** AES-CTR from the tag with two bits cleared (RFC 5297 §2.5), in place. */
  #applyStream(tag: Uint8Array, data: Uint8Array): void {
    const counter = tag.slice();
    counter[8] = (counter[8] ?? 0) & 0x7f;
    counter[12] = (counter[12] ?? 0) & 0x7f;
    for (let at = 0; at < data.length; at += BLOCK) {
      const part = data.subarray(at, at + BLOCK);
      xorInto(part, this.#block(this.#streamKey, counter.slice()).subarray(0, part.length));
      increment(counter);
    }
  }

  #block(key: Uint32Array, block: Uint8Array): Uint8Array {
    const view = new DataView(block.buffer, block.byteOffset, BLOCK);
    const own = this.#words;
    for (let index = 0; index < 4; index += 1) own[index] = view.getUint32(index * 4, true);
    encryptBlock(key, own);
    for (let index = 0; index < 4; index += 1) view.setUint32(index * 4, own[index] ?? 0, true);
    return block;
  }
}

/** Sixteen bytes as four words, the first byte lowest. */
export function words(block: Uint8Array): Uint32Array {
  const view = new DataView(block.buffer, block.byteOffset, BLOCK);
  return Uint32Array.from({ length: 4 }, (_, index) => view.getUint32(index * 4, true));
}

/** Multiplication by x in GF(2^128) (RFC 5297 §2.3), in place. */
function double(block: Uint8Array): Uint8Array {
  const carry = (block[0] ?? 0) >> 7;
  for (let index = 0; index < BLOCK; index += 1) {
    block[index] = ((block[index] ?? 0) << 1) | ((block[index + 1] ?? 0) >> 7);
  }
  block[BLOCK - 1] = (block[BLOCK - 1] ?? 0) ^ (carry * 0x87);
  return block;
}

function xorInto(target: Uint8Array, other: Uint8Array): Uint8Array {
  for (let index = 0; index < target.length; index += 1)
    target[index] = (target[index] ?? 0) ^ (other[index] ?? 0);
  return target;
}

function padded(part: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(part);
  block[part.length] = 0x80;
  return block;
}

function increment(counter: Uint8Array): void {
  for (let index = BLOCK - 1; index >= 0; index -= 1) {
    counter[index] = (counter[index] ?? 0) + 1;
    if (counter[index] !== 0) return;
  }
}
