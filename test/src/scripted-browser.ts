import { type RawRequest, type RawResponse, rawRequest } from "./raw-client.ts";

const MOST_REDIRECTS = 10;

interface Cookie {
  readonly path: string;
  readonly pair: string;
  /** The whole `Set-Cookie` line. */
  readonly line: string;
}

export interface Visit {
  /** Where the way ended. */
  readonly url: string;
  readonly response: RawResponse;
  /** Every address on the way. */
  readonly trail: readonly string[];
}

/**
 * A browser without a screen: keeps the cookies of localhost by name and path (ports share them), follows redirects, and says
 * in Sec-Fetch-Site who asks, as browsers do.
 */
export class ScriptedBrowser {
  readonly #cookies = new Map<string, Cookie>();

  /** Somebody types an address, or sends a form of the page at that address. Stops before a redirect to where `isEnd`. */
  async visit(
    url: string,
    form?: Readonly<Record<string, string>>,
    isEnd: (next: string) => boolean = () => false,
  ): Promise<Visit> {
    let at = url;
    let site = form === undefined ? "none" : "same-origin";
    const trail = [url];
    let response = await this.#go(at, site, form === undefined ? {} : posted(form));
    while (response.headers.location !== undefined && trail.length < MOST_REDIRECTS) {
      const next = new URL(response.headers.location, at).href;
      if (new URL(next).origin !== new URL(at).origin) site = "same-site";
      at = next;
      trail.push(at);
      if (isEnd(at)) break;
      response = await this.#go(at, site, {});
    }
    return { url: at, response, trail };
  }

  /** The page at this origin fetches; `headers` replaces any of what the browser says. */
  async fetch(url: string, request: RawRequest = {}): Promise<RawResponse> {
    const headers = { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", ...request.headers };
    return this.#ask(url, { ...request, headers });
  }

  /** The value of a cookie; `undefined` where there is none. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(`${name} /`)?.pair.slice(name.length + 1);
  }

  cookieLine(name: string): string | undefined {
    return this.#cookies.get(`${name} /`)?.line;
  }

  cookieNames(): string[] {
    return [...this.#cookies.values()].map(({ pair }) => pair.split("=")[0] ?? "");
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(`${name} /`, { path: "/", pair: `${name}=${value}`, line: "" });
  }

  #go(url: string, site: string, request: RawRequest): Promise<RawResponse> {
    const headers = { "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };
    return this.#ask(url, { ...request, headers: { ...headers, ...request.headers } });
  }

  async #ask(url: string, request: RawRequest): Promise<RawResponse> {
    const { pathname } = new URL(url);
    const cookies = [...this.#cookies.values()].filter(({ path }) => pathname.startsWith(path));
    const cookie = cookies.map(({ pair }) => pair).join("; ");
    const response = await rawRequest(url, {
      ...request,
      headers: { ...(cookie === "" ? {} : { Cookie: cookie }), ...request.headers },
    });
    for (const line of response.headers["set-cookie"] ?? []) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    const [pair = ""] = line.split(";");
    const [name = ""] = pair.split("=");
    const path = /; *path=([^;]*)/i.exec(line)?.[1] ?? "/";
    const isOver = /; *expires=Thu, 01 Jan 1970|; *max-age=0(?:;|$)/i.test(line);
    if (isOver) this.#cookies.delete(`${name} ${path}`);
    else this.#cookies.set(`${name} ${path}`, { path, pair, line });
  }
}

function posted(form: Readonly<Record<string, string>>): RawRequest {
  return {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  };
}

/** Signs a demo person in, through the issuer's own page; where the browser ends up. */
export async function signIn(
  browser: ScriptedBrowser,
  gateway: string,
  username: string,
  returnTo = "/",
): Promise<Visit> {
  const login = await browser.visit(`${gateway}/auth/login?return=${encodeURIComponent(returnTo)}`);
  return enterName(browser, login, username);
}

/** Fills in the issuer's sign-in page. Stops before a redirect to where `isEnd`. */
export function enterName(
  browser: ScriptedBrowser,
  page: Visit,
  username: string,
  isEnd?: (next: string) => boolean,
): Promise<Visit> {
  return browser.visit(formAddress(page), { username, password: "demo-password" }, isEnd);
}

/** Says yes on the issuer's page that asks whether one wants to sign out. */
export function confirmSignOut(browser: ScriptedBrowser, page: Visit): Promise<Visit> {
  const hidden = page.response.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  const fields = Array.from(hidden, ([, name = "", value = ""]) => [name, value]);
  return browser.visit(formAddress(page), { ...Object.fromEntries(fields), logout: "yes" });
}

/** Where the page's form leads: to the page itself where it does not say. */
function formAddress({ url, response }: Visit): string {
  const [, action = ""] = /<form\b[^>]*\baction="([^"]*)"/.exec(response.body) ?? [];
  return new URL(action.replaceAll("&amp;", "&"), url).href;
}
