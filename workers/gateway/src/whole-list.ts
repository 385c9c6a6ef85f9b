import { EdgeError, MAXIMUM_PAGE_SIZE } from "@aarohan/contract";
import { parseCount } from "@aarohan/fhir";

type Pair = readonly [name: string, value: string];

/** Which part of a list that is at hand is asked for. */
export interface ListPage {
  /** Entries per page; `undefined`: all of them. 0 asks for the total alone. */
  readonly count: number | undefined;
  /** The first page is 1. */
  readonly page: number;
  /** The search without `_count` and `_page`. */
  readonly search: readonly Pair[];
}

/** `_count` (FHIR R4 §3.1.1.5.3) and the `_page` of our own links. Throws `parameter-invalid` or `parameter-repeated`. */
export function readListPage(pairs: readonly Pair[]): ListPage {
  const count = once(pairs, "_count");
  const page = once(pairs, "_page") ?? "1";
  if (!/^[1-9]\d{0,4}$/.test(page)) {
    throw new EdgeError("parameter-invalid", "A page link is followed as it was given.", {
      parameter: "_page",
    });
  }
  return {
    count: count === undefined ? undefined : parseCount(count, MAXIMUM_PAGE_SIZE),
    page: Number(page),
    search: pairs.filter(([name]) => name !== "_count" && name !== "_page"),
  };
}

/** The part of the list, and the search of the next one. */
export function pageOfList<Item>(
  all: readonly Item[],
  { count, page, search }: ListPage,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  if (count === undefined) return { items: all, next: undefined };
  const end = count * page;
  const items = all.slice(end - count, end);
  if (count === 0 || end >= all.length) return { items, next: undefined };
  const next = new URLSearchParams(search.map(([name, value]) => [name, value]));
  next.set("_count", String(count));
  next.set("_page", String(page + 1));
  return { items, next: String(next) };
}

function once(pairs: readonly Pair[], name: string): string | undefined {
  const [first, ...more] = pairs.filter(([one]) => one === name);
  if (more.length > 0) {
    throw new EdgeError("parameter-repeated", `${name} may stand only once.`, { parameter: name });
  }
  return first?.[1];
}
