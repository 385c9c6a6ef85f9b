import type { JsonObject } from "@aarohan/fhir";

const UCUM = "http://unitsofmeasure.org";
const COMPARATORS: readonly unknown[] = ["<", "<=", ">=", ">"];

interface QuantityOptions {
  readonly units: ReadonlySet<string>;
  readonly least: number;
  readonly most: number;
}

/** A Quantity in one of the units and within the range. A number without its unit would not tell what it is, an age say. */
export function releasedQuantity(quantity: JsonObject, options: QuantityOptions): JsonObject | undefined {
  const { value, code, system, unit, comparator } = quantity;
  if (typeof value !== "number" || !(value >= options.least && value <= options.most)) return undefined;
  const limited = COMPARATORS.includes(comparator) ? { comparator: comparator ?? null } : {};
  if (code === undefined && unit === undefined) {
    return options.units.has("") ? { value, ...limited } : undefined;
  }
  if (typeof code !== "string" || system !== UCUM || !options.units.has(code)) return undefined;
  return { value, ...limited, system, code };
}
