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

/** Throws an Error that names the setting for a base URL or an alias that cannot be one. */
export function createUpstreamLinks(baseUrl: string, aliases: readonly string[] = []): UpstreamLinks {
  const base = readBase("UPSTREAM_BASE_URL", baseUrl);
  const bases = [base, ...aliases.map((alias) => readBase("UPSTREAM_LINK_ALIASES", alias))];
  return {
    base,
    toCursor(link) {
      // A relative link is relative to the base, not to its parent folder.
      const url = link.includes("\\") ? null : URL.parse(link, `${base}/`);
      for (const known of bases) {
        const cursor = url === null ? undefined : below(known, url);
        if (cursor !== undefined) return cursor;
      }
      throw foreign();
    },
    toUrl(cursor) {
      const url = URL.parse(base + cursor);
      if (url === null || below(base, url) !== cursor) throw foreign();
      return url.href;
    },
  };
}

/** Origin and path, without a slash at the end. */
function readBase(setting: string, text: string): string {
  const url = URL.parse(text);
  const path = url?.pathname.replace(/\/+$/, "") ?? "";
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    !isBare(url) ||
    url.search !== "" ||
    !isPlain(path)
  ) {
    throw new Error(`${setting}: is an http or https URL with a plain path, and nothing after it`);
  }
  return url.origin + path;
}

/** The address's path and query after the base; `undefined` where it is not below it. */
function below(base: string, url: URL): string | undefined {
  const address = url.origin + url.pathname;
  const path = address.slice(base.length);
  return isBare(url) && address.startsWith(base) && isPlain(path) ? path + url.search : undefined;
}

function isBare(url: URL): boolean {
  return url.username === "" && url.password === "" && url.hash === "";
}

/**
 * Segments of unreserved characters and `$`, none of them dots alone. FHIR's paths need no more; an encoded slash, dot or
 * backslash, or a `;`, is read by some servers as a way out (`/..;/`).
 */
function isPlain(path: string): boolean {
  return /^(?:\/(?!\.+(?:\/|$))[\w.~$-]+)*\/?$/.test(path);
}

function foreign(): EdgeError {
  return new EdgeError(
    "upstream-malformed",
    "The programme's server answered a link that leads away from it.",
  );
}
