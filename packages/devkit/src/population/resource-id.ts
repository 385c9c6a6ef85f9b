import { Random } from "./random.ts";

type Style = "uuid" | "numeric" | "named";

/**
 * Most ids are the app's UUIDs; some cases came in through another door and carry HAPI's running numbers
 * (`3200704`) or names with a number (`patient-1203`).
 */
function styleOf(index: number): Style {
  if (index % 40 === 3) return "named";
  return index % 25 === 11 ? "numeric" : "uuid";
}

/** The id of the Patient of a case, known without the case. */
export function patientId(seed: number, index: number): string {
  return new CaseIds(seed, index).next("Patient");
}

/** The ids of one case in the order of asking: the Patient's first. */
export class CaseIds {
  readonly #random: Random;
  readonly #index: number;
  #count = 0;

  constructor(seed: number, index: number) {
    this.#random = new Random(seed, `id/${index}`);
    this.#index = index;
  }

  next(resourceType: string): string {
    const place = this.#count;
    this.#count += 1;
    const style = styleOf(this.#index);
    if (style === "numeric") return String(3_200_000 + this.#index * 64 + place);
    if (style === "uuid") return this.#random.uuid();
    const name = `${resourceType.toLowerCase()}-${this.#index + 1200}`;
    return place === 0 ? name : `${name}-${place}`;
  }
}
