import type { TableLattice } from "@aarohan/deid";
import type { TableDepth } from "@aarohan/measures";

/** A cell of a table: of the whole, a state or a district; of the year or a month; and what it is split by. */
export interface TableCell {
  readonly level: "all" | "state" | "district";
  readonly isMonth: boolean;
  readonly by: "setting" | "sex" | "age-band" | undefined;
}

/** Whether a population is counted there. */
export function isDeclaredAt(depth: TableDepth, { level, isMonth, by }: TableCell): boolean {
  if (by === "setting" && level === "district") return false;
  if (isMonth && (by === "sex" || by === "age-band")) return false;
  switch (depth) {
    case "fine":
      return true;
    case "yearly":
      return isMonth ? level !== "district" && by === undefined : true;
    case "coarse":
      return by === undefined && (!isMonth || level === "all");
  }
}

/** What the coordinate of a place and slot is. */
export function cellAt(lattice: TableLattice, place: number, slot: number): TableCell {
  const [, sexes, ageBands] = lattice.partitions;
  const isIn = (range: { readonly first: number; readonly end: number } | undefined) =>
    range !== undefined && slot >= range.first && slot < range.end;
  return {
    level: lattice.isDistrict(place) ? "district" : lattice.isState(place) ? "state" : "all",
    isMonth: lattice.monthOf(slot) !== undefined,
    by:
      slot >= lattice.commonSlots ? "setting" : isIn(sexes) ? "sex" : isIn(ageBands) ? "age-band" : undefined,
  };
}
