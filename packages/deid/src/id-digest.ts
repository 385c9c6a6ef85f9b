import { AesSiv, words } from "./aes-siv.ts";
import { readUuid } from "./uuid.ts";

const encoder = new TextEncoder();

/** What S2V makes of the associated data of a type: by it a UUID and a text of the same 16 bytes differ. */
interface TypeLabels {
  readonly uuid: Uint32Array;
  readonly text: Uint8Array;
}

/** Keyed digests of ids, which nobody reverses: the tag of AES-SIV, one block of AES for a UUID. */
export class IdDigest {
  readonly #siv: AesSiv;
  readonly #label: (resourceType: string, form: "uuid" | "text") => Uint8Array;
  readonly #labels = new Map<string, TypeLabels>();
  readonly #plain = new Uint32Array(4);
  readonly #tag = new Uint32Array(4);
  readonly #bytes = new Uint8Array(16);

  /** `key`: 64 bytes. `label`: what else the digests depend on. */
  constructor(key: Uint8Array, label: (resourceType: string, form: "uuid" | "text") => Uint8Array) {
    this.#siv = new AesSiv(key);
    this.#label = label;
  }

  /** 16 bytes, of which nothing is kept: the next digest takes their place. */
  of(resourceType: string, id: string): Uint8Array {
    const labels = this.#labelsOf(resourceType);
    if (!readUuid(id, this.#plain)) return this.#siv.tag(labels.text, encoder.encode(id));
    this.#siv.tagBlock(labels.uuid, this.#plain, this.#tag);
    for (let index = 0; index < 16; index += 1) {
      this.#bytes[index] = (this.#tag[index >> 2] ?? 0) >>> (8 * (index & 3));
    }
    return this.#bytes;
  }

  #labelsOf(resourceType: string): TypeLabels {
    const known = this.#labels.get(resourceType);
    if (known !== undefined) return known;
    const labels = {
      uuid: words(this.#siv.associate(this.#label(resourceType, "uuid"))),
      text: this.#siv.associate(this.#label(resourceType, "text")),
    };
    this.#labels.set(resourceType, labels);
    return labels;
  }
}
