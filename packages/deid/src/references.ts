import type { JsonObject } from "@aarohan/fhir";
import type { WithheldPatients } from "./anonymiser-options.ts";
import type { PseudonymCodec } from "./pseudonym.ts";

export interface ReferenceOptions {
  readonly pseudonyms: PseudonymCodec;
  /** Types of which resources leave: references to others would name what nobody can have. */
  readonly isReleased: (resourceType: string) => boolean;
  readonly openReferences: ReadonlySet<string>;
  /** Ids of patients whose data are withheld: no reference tells of them. */
  readonly withheldPatients: WithheldPatients | undefined;
  /** The upstream's base URL: absolute references below it count as relative ones. */
  readonly upstreamBaseUrl: string | undefined;
}

/** References kept per anonymiser: a page refers to the same patient many times. At most about 2 MB. */
const MOST_CACHED = 8192;
/** No reference that leads anywhere is longer: what is, is not worth its memory. */
const MOST_CACHED_CHARACTERS = 512;
const RELATIVE = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/** `Patient/1` → `Patient/<pseudonym>`. Conditional references, other servers and `urn:uuid:` lead nowhere. */
export class References {
  readonly #options: ReferenceOptions;
  readonly #known = new Map<string, JsonObject | undefined>();

  constructor(options: ReferenceOptions) {
    this.#options = options;
  }

  /** The Reference that leaves: one object for all that refer to the same. */
  released(reference: string): JsonObject | undefined {
    const known = this.#known.get(reference);
    if (known !== undefined || this.#known.has(reference)) return known;
    if (this.#known.size >= MOST_CACHED) this.#known.clear();
    const translated = this.#translate(reference);
    const released = translated === undefined ? undefined : { reference: translated };
    if (reference.length <= MOST_CACHED_CHARACTERS) this.#known.set(reference, released);
    return released;
  }

  /** The id that a reference to a resource of the type names. */
  idOf(resourceType: string, reference: string): string | undefined {
    const [, type, id] = RELATIVE.exec(this.#relative(reference)) ?? [];
    return type === resourceType ? id : undefined;
  }

  #translate(reference: string): string | undefined {
    const relative = this.#relative(reference);
    if (this.#options.openReferences.has(relative)) return relative;
    const [, type = "", id = ""] = RELATIVE.exec(relative) ?? [];
    if (!this.#options.isReleased(type)) return undefined;
    if (type === "Patient" && this.#options.withheldPatients?.has(id) === true) return undefined;
    return `${type}/${this.#options.pseudonyms.seal(type, id)}`;
  }

  #relative(reference: string): string {
    const base = this.#options.upstreamBaseUrl;
    return base !== undefined && reference.startsWith(`${base}/`)
      ? reference.slice(base.length + 1)
      : reference;
  }
}
