import { EdgeError } from "@aarohan/contract";

/** The only addresses that are ever asked: those at the base URL's origin, below its path. */
export interface UpstreamLinks {
  /** Without a slash at its end. */
  readonly base: string;
  /** Link of the server → cursor: path and query below the base. Throws `upstream-malformed` for any other address. */
  toCursor(link: string): string;
  /** Cursor → URL, checked once more. */
  toUrl(cursor: string): string;
}

export function createUpstreamLinks(baseUrl: string, aliases: readonly string[] = []): UpstreamLinks {
  const base = baseUrl.replace(/\/+$/, "");
  const bases = [base, ...aliases.map((alias) => alias.replace(/\/+$/, ""))].map((text) => new URL(text));

  function below(url: URL): string | undefined {
    if (url.username !== "" || url.password !== "" || url.hash !== "") return undefined;
    for (const known of bases) {
      const rest = url.pathname.slice(known.pathname.replace(/\/$/, "").length);
      const within =
        url.pathname.startsWith(known.pathname.replace(/\/$/, "")) && (rest === "" || rest.startsWith("/"));
      if (url.origin === known.origin && within && isPlainPath(rest)) return rest + url.search;
    }
    return undefined;
  }

  return {
    base,
    toCursor(link) {
      // A relative link is relative to the base, not to its parent folder.
      const url =
        !link.includes("\\") && URL.canParse(link, `${base}/`) ? new URL(link, `${base}/`) : undefined;
      const cursor = url === undefined ? undefined : below(url);
      if (cursor === undefined) throw foreign();
      return cursor;
    },
    toUrl(cursor) {
      const url = new URL(base + cursor);
      if (below(url) !== cursor) throw foreign();
      return url.href;
    },
  };
}

/** No encoded slash, dot or backslash, which another server could read as a way out. */
function isPlainPath(path: string): boolean {
  return !/%2f|%5c|%2e|\/\/|\/\.{1,2}(?:\/|$)/i.test(path);
}

function foreign(): EdgeError {
  return new EdgeError(
    "upstream-malformed",
    "The programme's server answered a link that leads away from it.",
  );
}
