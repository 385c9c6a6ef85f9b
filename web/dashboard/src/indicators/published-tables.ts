import tables from "./published-tables.generated.json" with { type: "json" };

/** What a table is told by. */
interface TableCut {
  readonly group: string;
  readonly isMonth: boolean;
  /** Default: it is not split. */
  readonly split?: string | undefined;
}

/** `state`, `all in a month`, `all by sex`. */
export function tableName({ group, isMonth, split }: TableCut): string {
  return [group, ...(isMonth ? ["in a month"] : []), ...(split === undefined ? [] : ["by", split])].join(" ");
}

/** Whether releases have a table of it, of one Measure or of any: of others, the gateway would refuse to tell. */
export function isPublished(query: URLSearchParams): boolean {
  const measure = query.get("measure");
  const name = tableName({
    group: query.get("group") ?? "none",
    isMonth: /^\d{4}-\d\d$/.test(query.get("period") ?? ""),
    split: query.get("stratifier") ?? undefined,
  });
  const lists: Readonly<Record<string, readonly string[]>> = tables;
  if (measure !== null) return lists[measure]?.includes(name) === true;
  return Object.values(lists).some((names) => names.includes(name));
}
