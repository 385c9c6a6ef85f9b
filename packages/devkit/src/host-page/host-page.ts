import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { mintWidgetToken } from "./widget-token.ts";

export interface HostPageOptions {
  /** Loopback port; 0 takes a free one. */
  readonly port: number;
  /** Origin of the gateway whose widgets it shows. */
  readonly gateway: string;
  /** Where its server gets an access token of its own. */
  readonly tokenUrl: string;
}

export interface HostPage {
  /** Another site than the gateway's: `http://127.0.0.1:8790`. */
  readonly url: string;
  close(): Promise<void>;
}

/** By path: file, and its type. Nothing else is served. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["host.html", "text/html"],
  "/host.js": ["host.js", "text/javascript"],
  "/host.css": ["host.css", "text/css"],
};

/** The page of a health department that shows widgets, and its server, which vouches for a private one. An example to copy from. */
export async function startHostPage({ port, gateway, tokenUrl }: HostPageOptions): Promise<HostPage> {
  let origin = "";
  const server = createServer((request, response) => {
    const isToken = request.method === "POST" && request.url === "/widget-token";
    if (!isToken) {
      sendFile(request, response, gateway);
      return;
    }
    mintWidgetToken({ gateway, tokenUrl, origin, site: request.headers["sec-fetch-site"] }).then(
      (answer) =>
        send(response, answer === undefined ? 403 : 200, "application/json", answer ?? "{}", gateway),
      () => send(response, 502, "application/json", "{}", gateway),
    );
  });
  origin = `http://127.0.0.1:${await listen(server, port)}`;
  return {
    url: origin,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function sendFile(request: IncomingMessage, response: ServerResponse, gateway: string): void {
  const found = FILES[request.url ?? ""];
  if (found === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
    send(response, 404, "text/plain", "There is no such page.", gateway);
    return;
  }
  const [file, type] = found;
  const text = readFileSync(join(import.meta.dirname, "pages", file), "utf8");
  send(response, 200, type, text.replaceAll("{{gateway}}", gateway), gateway);
}

/** As strict as a page with widgets can be: no inline script or style, and of others the gateway alone. */
function send(response: ServerResponse, status: number, type: string, text: string, gateway: string): void {
  response.writeHead(status, {
    "Content-Type": `${type}; charset=utf-8`,
    "Content-Security-Policy":
      `default-src 'none'; script-src 'self' ${gateway}; style-src 'self'; connect-src 'self' ${gateway}; ` +
      `frame-src ${gateway}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(text);
}
