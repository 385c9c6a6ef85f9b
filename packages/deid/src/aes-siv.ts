import { unsafe } from "@noble/ciphers/aes.js";
import { encryptBlock } from "./aes-block.ts";

const BLOCK = 16;
/** Nearly everything that is sealed is shorter. */
const FIRST_ROOM = 128;

/** What S2V makes of associated data (RFC 5297 §2.4), computed once: blocks of four words, the first byte lowest. */
export interface Associated {
  /** For 16 bytes and more: mixed into the last 16. */
  readonly whole: Uint32Array;
  /** For fewer than 16: mixed into what is padded. */
  readonly doubled: Uint32Array;
}

/**
 * AES-SIV (RFC 5297) with one component of associated data: deterministic authenticated encryption. The key
 * schedule is the library's; schedules, the CMAC subkeys and the part of S2V that depends on the associated data alone are
 * computed once, so that sealing up to 16 bytes costs two blocks, and makes no array.
 */
export class AesSiv {
  readonly #macKey: Uint32Array;
  readonly #streamKey: Uint32Array;
  /** CMAC subkeys K1 and K2 (RFC 4493 §2.3). */
  readonly #k1: Uint32Array;
  readonly #k2: Uint32Array;
  /** The block that is worked on. */
  readonly #state = new Uint32Array(4);
  /** What the tag is computed of. */
  #message = new DataView(new ArrayBuffer(FIRST_ROOM));

  /** `key`: 32, 48 or 64 bytes; the first half authenticates, the second encrypts (RFC 5297 §2.2). */
  constructor(key: Uint8Array) {
    this.#macKey = unsafe.expandKeyLE(key.slice(0, key.length / 2));
    this.#streamKey = unsafe.expandKeyLE(key.slice(key.length / 2));
    const zero = new Uint32Array(4);
    encryptBlock(this.#macKey, zero);
    this.#k1 = doubled(zero);
    this.#k2 = doubled(this.#k1);
  }

  associate(data: Uint8Array): Associated {
    const whole = doubled(this.#macOf(new Uint8Array(BLOCK)));
    const mac = this.#macOf(data);
    for (let word = 0; word < 4; word += 1) whole[word] = (whole[word] ?? 0) ^ (mac[word] ?? 0);
    return { whole, doubled: doubled(whole) };
  }

  /** Tag of 16 bytes, then the ciphertext (§2.6). */
  seal(associated: Associated, plain: Uint8Array): Uint8Array {
    const sealed = new Uint8Array(BLOCK + plain.length);
    this.sealInto(associated, plain, plain.length, new DataView(sealed.buffer), 0);
    return sealed;
  }

  /** `seal` of the first `length` bytes of `plain`, written from `at` on: 16 bytes more. */
  sealInto(associated: Associated, plain: Uint8Array, length: number, sealed: DataView, at: number): void {
    this.tagInto(associated, plain, length, sealed, at);
    const content = at + BLOCK;
    for (let index = 0; index < length; index += 1) sealed.setUint8(content + index, plain[index] ?? 0);
    this.#applyStream(sealed, content, length);
  }

  /** The tag alone, a keyed digest of 16 bytes: S2V is a pseudorandom function (§2.4). */
  tagInto(associated: Associated, plain: Uint8Array, length: number, tag: DataView, at: number): void {
    const message = this.#roomFor(length);
    for (let index = 0; index < length; index += 1) message.setUint8(index, plain[index] ?? 0);
    if (length >= BLOCK) {
      xorInto(message, length - BLOCK, associated.whole);
      this.#mac(length);
    } else {
      pad(message, length);
      xorInto(message, 0, associated.doubled);
      this.#mac(BLOCK);
    }
    for (let word = 0; word < 4; word += 1) tag.setUint32(at + 4 * word, this.#state[word] ?? 0, true);
  }

  /** `undefined` unless tag, key and associated data agree (§2.7); the tag is compared in constant time. */
  open(associated: Associated, sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < BLOCK) return undefined;
    const tag = new DataView(sealed.slice(0, BLOCK).buffer);
    const plain = sealed.slice(BLOCK);
    for (let word = 0; word < 4; word += 1) this.#state[word] = tag.getUint32(4 * word, true);
    this.#applyStream(new DataView(plain.buffer), 0, plain.length);
    const expected = new DataView(new ArrayBuffer(BLOCK));
    this.tagInto(associated, plain, plain.length, expected, 0);
    let difference = 0;
    for (let index = 0; index < BLOCK; index += 1)
      difference |= expected.getUint8(index) ^ tag.getUint8(index);
    return difference === 0 ? plain : undefined;
  }

  #macOf(data: Uint8Array): Uint32Array {
    const message = this.#roomFor(data.length);
    for (const [index, byte] of data.entries()) message.setUint8(index, byte);
    this.#mac(data.length);
    return this.#state.slice();
  }

  /** AES-CMAC of the message (RFC 4493 §2.4), which it changes: the state is the tag. */
  #mac(length: number): void {
    const message = this.#message;
    const last = Math.max(0, Math.ceil(length / BLOCK) - 1) * BLOCK;
    const isWhole = length === last + BLOCK;
    if (!isWhole) pad(message, length);
    xorInto(message, last, isWhole ? this.#k1 : this.#k2);
    const state = this.#state;
    state.fill(0);
    for (let at = 0; at <= last; at += BLOCK) {
      for (let word = 0; word < 4; word += 1) {
        state[word] = (state[word] ?? 0) ^ message.getUint32(at + 4 * word, true);
      }
      encryptBlock(this.#macKey, state);
    }
  }

  /** AES-CTR from the tag in the state, with two bits of it cleared (RFC 5297 §2.5), in place. */
  #applyStream(data: DataView, start: number, length: number): void {
    const state = this.#state;
    const [first = 0, second = 0, third = 0, fourth = 0] = state;
    let counter = fourth & ~0x80;
    for (let at = 0; at < length; at += BLOCK) {
      state[0] = first;
      state[1] = second;
      state[2] = third & ~0x80;
      state[3] = counter;
      encryptBlock(this.#streamKey, state);
      if (length - at >= BLOCK) xorInto(data, start + at, state);
      else xorSome(data, start + at, state, length - at);
      counter = reversed(reversed(counter) + 1);
    }
  }

  /** Room for a message and for what pads it. */
  #roomFor(length: number): DataView {
    if (length + BLOCK > this.#message.byteLength) {
      this.#message = new DataView(new ArrayBuffer(2 * (length + BLOCK)));
    }
    return this.#message;
  }
}

/** Multiplication by x in GF(2^128) (RFC 5297 §2.3). */
function doubled(block: Uint32Array): Uint32Array {
  const [first = 0, second = 0, third = 0, fourth = 0] = block.map(reversed);
  return Uint32Array.of(
    (first << 1) | (second >>> 31),
    (second << 1) | (third >>> 31),
    (third << 1) | (fourth >>> 31),
    (fourth << 1) ^ ((first >>> 31) * 0x87),
  ).map(reversed);
}

function xorInto(target: DataView, at: number, block: Uint32Array): void {
  for (let word = 0; word < 4; word += 1) {
    const place = at + 4 * word;
    target.setUint32(place, target.getUint32(place, true) ^ (block[word] ?? 0), true);
  }
}

/** The first bytes of the block. */
function xorSome(target: DataView, at: number, block: Uint32Array, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const byte = (block[index >> 2] ?? 0) >>> (8 * (index & 3));
    target.setUint8(at + index, target.getUint8(at + index) ^ byte);
  }
}

/** A 1 bit, then zeros to the end of the block. */
function pad(message: DataView, length: number): void {
  message.setUint8(length, 0x80);
  for (let index = length + 1; index % BLOCK !== 0; index += 1) message.setUint8(index, 0);
}

/** The word with its bytes the other way round: the last byte of a block is its lowest. */
function reversed(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
