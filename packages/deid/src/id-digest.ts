import { AesSiv, type Associated } from "./aes-siv.ts";
import { readUuid } from "./uuid.ts";

const encoder = new TextEncoder();

/** By them a UUID and a text of the same 16 bytes differ. */
interface TypeLabels {
  readonly uuid: Associated;
  readonly text: Associated;
}

/** Keyed digests of ids, which nobody reverses: the tag of AES-SIV, one block of AES for a UUID. */
export class IdDigest {
  readonly #siv: AesSiv;
  readonly #label: (resourceType: string, form: "uuid" | "text") => Uint8Array;
  readonly #labels = new Map<string, TypeLabels>();
  readonly #plain = new Uint8Array(16);
  readonly #tag = new Uint8Array(16);
  readonly #tagView = new DataView(this.#tag.buffer);

  /** `key`: 64 bytes. `label`: what else the digests depend on. */
  constructor(key: Uint8Array, label: (resourceType: string, form: "uuid" | "text") => Uint8Array) {
    this.#siv = new AesSiv(key);
    this.#label = label;
  }

  /** 16 bytes, of which nothing is kept: the next digest takes their place. */
  of(resourceType: string, id: string): Uint8Array {
    const labels = this.#labelsOf(resourceType);
    if (readUuid(id, this.#plain)) this.#siv.tagInto(labels.uuid, this.#plain, 16, this.#tagView, 0);
    else {
      const text = encoder.encode(id);
      this.#siv.tagInto(labels.text, text, text.length, this.#tagView, 0);
    }
    return this.#tag;
  }

  #labelsOf(resourceType: string): TypeLabels {
    const known = this.#labels.get(resourceType);
    if (known !== undefined) return known;
    const labels = {
      uuid: this.#siv.associate(this.#label(resourceType, "uuid")),
      text: this.#siv.associate(this.#label(resourceType, "text")),
    };
    this.#labels.set(resourceType, labels);
    return labels;
  }
}
