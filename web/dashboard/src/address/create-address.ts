import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";

/** What of a browser's window the address needs. */
export interface Browser {
  href(): string;
  push(href: string): void;
  replace(href: string): void;
}

/** Parameters of the query that change: `undefined` and "" take one out, a list stands as often as it is long. */
export type QueryChanges = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Where the user is. All that a view depends on stands in it, so that reload, Back and a shared link give the same view. */
export interface Address {
  readonly path: ReadonlySignal<string>;
  readonly query: ReadonlySignal<URLSearchParams>;
  /** Without its `#`. */
  readonly fragment: ReadonlySignal<string>;
  /** Path and query: where signing in leads back to. */
  readonly here: ReadonlySignal<string>;
  /** Another page, or the same with another query: one more step for Back. */
  go(href: string): void;
  /** Another address of what is shown: no step for Back. */
  replace(href: string): void;
  /** The same page with other filters. `typing`: no step for Back for each letter. */
  filter(changes: QueryChanges, how?: "step" | "typing"): void;
  /** The browser has moved by itself (Back, Forward). */
  moved(): void;
}

export function createAddress(browser: Browser): Address {
  const here = signal(new URL(browser.href()));

  function moved(): void {
    batch(() => {
      here.value = new URL(browser.href());
    });
  }

  function go(href: string): void {
    browser.push(href);
    moved();
  }

  function replace(href: string): void {
    browser.replace(href);
    moved();
  }

  return {
    path: computed(() => here.value.pathname),
    query: computed(() => here.value.searchParams),
    fragment: computed(() => here.value.hash.slice(1)),
    here: computed(() => `${here.value.pathname}${here.value.search}`),
    go,
    replace,
    filter(changes, how = "step") {
      const href = withQuery(here.value, changes);
      if (href === `${here.value.pathname}${here.value.search}`) return;
      if (how === "step") go(href);
      else replace(href);
    },
    moved,
  };
}

/** Path and query; parameters stand in the order in which they were first set. */
function withQuery({ pathname, searchParams }: URL, changes: QueryChanges): string {
  const query = new URLSearchParams(searchParams);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    const values = typeof value === "string" ? [value] : (value ?? []);
    for (const each of values) if (each !== "") query.append(name, each);
  }
  return query.size === 0 ? pathname : `${pathname}?${query}`;
}
