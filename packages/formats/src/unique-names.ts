import type { Column } from "./table.ts";

/**
 * Columns with names of their own: of several with one name the first keeps it and the others get `_2`, `_3` and so
 * on, past names that are taken. Letters of either case count as the same, as they do in SQL.
 */
export function withUniqueNames<C extends Column>(columns: readonly C[]): readonly C[] {
  const wanted = new Set(columns.map(({ name }) => name.toLowerCase()));
  if (wanted.size === columns.length) return columns;
  const given = new Set<string>();
  return columns.map((column) => {
    const name = freeName(column.name, given, wanted);
    given.add(name.toLowerCase());
    return name === column.name ? column : { ...column, name };
  });
}

function freeName(name: string, given: ReadonlySet<string>, wanted: ReadonlySet<string>): string {
  if (!given.has(name.toLowerCase())) return name;
  for (let number = 2; ; number++) {
    const numbered = `${name}_${number}`;
    const key = numbered.toLowerCase();
    if (!given.has(key) && !wanted.has(key)) return numbered;
  }
}
