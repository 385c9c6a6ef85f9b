import type { MeasureId } from "@aarohan/kit";
import { computed } from "@preact/signals";
import { address } from "../address/address.ts";
import { session } from "../session/session.ts";
import { type Filters, readFilters } from "./filters.ts";

/** The filters of the present address, for the present role. */
export const filters = computed<Filters>(() =>
  readFilters(address.query.value, session.role.value, Date.now()),
);

/** Figures that are shown as tables. */
const tables = computed(() => new Set(address.query.value.getAll("table")));

export function isTable(figure: string): boolean {
  return tables.value.has(figure);
}

export function showTable(figure: string, asTable: boolean): void {
  const others = [...tables.peek()].filter((one) => one !== figure);
  address.filter({ table: asTable ? [...others, figure] : others });
}

/** The indicator that is chosen on a page that shows one of several; the first where the address names none of them. */
export function chosenMeasure(among: readonly [MeasureId, ...MeasureId[]]): MeasureId {
  const named = address.query.value.get("indicator");
  return among.find((one) => one === named) ?? among[0];
}
