import { createServer } from "node:http";

export interface ForeignPage {
  /** Another site than the gateway's: `http://127.0.0.1:` and a port of its own. */
  readonly origin: string;
  close(): Promise<void>;
}

interface ForeignPageOptions {
  readonly gateway: string;
  /** What stands in the page, once its own origin is known. */
  readonly body: (origin: string) => string;
  /** A script of the page. */
  readonly script?: string;
  /** What its server answers `POST /widget-token`. Default: it has no such address. */
  readonly token?: (origin: string) => Promise<string>;
}

/** Somebody else's page, with nothing inline allowed, and its server. */
export async function startForeignPage(options: ForeignPageOptions): Promise<ForeignPage> {
  let origin = "";
  const server = createServer((request, response) => {
    answer(request.method ?? "", request.url ?? "", origin, options).then(
      ([status, type, text]) => {
        response.writeHead(status, {
          "Content-Type": type,
          "Content-Security-Policy": policyFor(options.gateway),
        });
        response.end(text);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the page has no port");
  origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

type Answer = readonly [status: number, type: string, text: string];

async function answer(
  method: string,
  path: string,
  origin: string,
  { gateway, body, script = "", token }: ForeignPageOptions,
): Promise<Answer> {
  if (path === "/page.js") return [200, "text/javascript; charset=utf-8", script];
  if (path === "/widget-token" && method === "POST" && token !== undefined)
    return [200, "application/json", await token(origin)];
  if (path !== "/") return [404, "text/plain", ""];
  const own = script === "" ? "" : '<script type="module" src="/page.js"></script>';
  return [
    200,
    "text/html; charset=utf-8",
    `<!doctype html><html lang="en"><head><title>Somebody else's page</title><link rel="icon" href="${gateway}/mark.svg">${own}</head><body>${body(origin)}</body></html>`,
  ];
}

function policyFor(gateway: string): string {
  const allowed = `'self' ${gateway}`;
  return `default-src 'none'; script-src ${allowed}; style-src 'self'; connect-src ${allowed}; frame-src ${gateway}; img-src ${gateway}`;
}
