import type { SuppressedTables } from "./suppressed-tables.ts";
import { KIND, SuppressionState, suppressPrimary } from "./suppression-state.ts";
import type { TableLattice } from "./table-lattice.ts";

/** Cells, and the persons counted in them. */
export interface Share {
  readonly cells: number;
  readonly counts: number;
}

export interface TableReport {
  /** "district × month", "state", "all × sex", … */
  readonly table: string;
  readonly all: Share;
  /** Small, full, or a zero beside a full one. */
  readonly primary: Share;
  readonly secondary: Share;
}

export interface SuppressionReport {
  readonly k: number;
  readonly total: TableReport;
  readonly tables: readonly TableReport[];
  /** What suppressing everything small and every total of it would take: a yardstick. */
  readonly naive: Share;
  /** Populations of which nothing is released. */
  readonly withheld: readonly string[];
}

/** How much is suppressed, over all populations; tells counts, so it is for those who run the programme. */
export function suppressionReport(suppressed: SuppressedTables): SuppressionReport {
  const { state, tables, k } = suppressed;
  const { lattice, system, tree } = tables;
  const names = Array.from({ length: lattice.size }, (_, at) => tableNamed(lattice, at));
  const reports = new Map(["total", ...names].map((table) => [table, new Tally(table)]));
  for (let cell = 0; cell < system.size; cell += 1) {
    if (state.kind(cell) === KIND.ABSENT) continue;
    for (const name of ["total", names[cell % lattice.size] ?? ""])
      reports.get(name)?.add(state.kind(cell), system.value(cell));
  }
  const [total = new Tally("total"), ...rest] = reports.values();
  const withheld = [...suppressed.withheld].map((node) => tree.node(node).name);
  return { k, total, tables: rest, naive: naiveShare(suppressed), withheld };
}

class Tally implements TableReport {
  readonly table: string;
  readonly all = { cells: 0, counts: 0 };
  readonly primary = { cells: 0, counts: 0 };
  readonly secondary = { cells: 0, counts: 0 };

  constructor(table: string) {
    this.table = table;
  }

  add(kind: number, count: number): void {
    const own = kind === KIND.SECONDARY ? [this.secondary] : kind === KIND.RELEASED ? [] : [this.primary];
    for (const share of [this.all, ...own]) {
      share.cells += 1;
      share.counts += count;
    }
  }
}

/** Everything small, and every total of what is suppressed. */
function naiveShare({ tables, k, state: own }: SuppressedTables): Share {
  const state = new SuppressionState(tables, k);
  suppressPrimary(state);
  for (let isMore = true; isMore; ) {
    isMore = false;
    tables.system.equations((parent, children) => {
      if (state.isSuppressed(parent) || !children.some((child) => state.isSuppressed(child))) return;
      state.kinds[parent] = KIND.SECONDARY;
      isMore = true;
    });
  }
  const tally = new Tally("naive");
  for (let cell = 0; cell < tables.system.size; cell += 1)
    if (state.isSuppressed(cell) && own.kind(cell) !== KIND.ABSENT)
      tally.add(KIND.SECONDARY, tables.system.value(cell));
  return tally.secondary;
}

function tableNamed(lattice: TableLattice, coordinate: number): string {
  const place = lattice.placeOf(coordinate);
  const level = lattice.isDistrict(place) ? "district" : lattice.isState(place) ? "state" : "all";
  const { state: _, district: __, revision: ___, ...slot } = lattice.named(coordinate);
  return [level, ...Object.keys(slot).toSorted()].join(" × ");
}
