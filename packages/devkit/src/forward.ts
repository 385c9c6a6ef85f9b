import { type IncomingHttpHeaders, type RequestListener, request } from "node:http";

/** Has a server on loopback answer, which is told the address that the client asked; `change` changes its headers. */
export function forwardTo(
  port: number,
  change: (headers: IncomingHttpHeaders) => IncomingHttpHeaders = (headers) => headers,
): RequestListener {
  return function forward(incoming, response): void {
    const { method, url, headers } = incoming;
    const outgoing = request({ host: "127.0.0.1", port, method, path: url, headers });
    outgoing.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, change(answer.headers));
      answer.pipe(response);
    });
    // A server that breaks off is seen to break off.
    outgoing.on("error", () => response.socket?.destroy());
    response.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  };
}
