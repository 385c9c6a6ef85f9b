import { createRemoteJWKSet, jwtVerify } from "jose";
import type { Issuer } from "../src/issuer/index.ts";

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, string | undefined>>;
}

export async function requestToken(
  issuer: Issuer,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const response = await fetch(issuer.tokenUrl, { method: "POST", headers, body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as TokenAnswer["body"] };
}

/** As a resource server sees it: by the published keys, the issuer and the audience. */
export async function verifiedClaims(issuer: Issuer, accessToken = "") {
  const { protectedHeader, payload } = await jwtVerify(
    accessToken,
    createRemoteJWKSet(new URL(issuer.jwksUrl)),
    {
      issuer: issuer.issuer,
      audience: "aarohan-edge",
    },
  );
  return { header: protectedHeader, payload };
}

/** A browser in small: keeps cookies by name and path, follows redirects within the issuer, stops before the others. */
export class Browser {
  readonly #origin: string;
  readonly #cookies = new Map<string, { readonly path: string; readonly pair: string }>();

  constructor(issuer: Issuer) {
    this.#origin = new URL(issuer.issuer).origin;
  }

  /** `response` is `undefined` where the way leads out of the issuer. */
  async follow(
    url: string,
    form?: Record<string, string>,
  ): Promise<{ url: string; response: Response | undefined }> {
    let at = url;
    let response = await this.#go(
      at,
      form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) },
    );
    while (response.headers.has("location")) {
      at = new URL(response.headers.get("location") ?? "", at).href;
      if (new URL(at).origin !== this.#origin) return { url: at, response: undefined };
      response = await this.#go(at, {});
    }
    return { url: at, response };
  }

  async #go(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    const cookies = [...this.#cookies.values()].filter(({ path }) => pathname.startsWith(path));
    const cookie = cookies.map(({ pair }) => pair).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    const [pair = ""] = line.split(";");
    const [name = ""] = pair.split("=");
    const path = /; *path=([^;]*)/i.exec(line)?.[1] ?? "/";
    if (/expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(`${name} ${path}`);
    else this.#cookies.set(`${name} ${path}`, { path, pair });
  }
}
