import { createServer } from "node:http";

/** An upstream that answers every search with the same prepared page, as fast as the wire allows. */
export async function startWireUpstream(page: string): Promise<{ url: string; close(): Promise<void> }> {
  const body = Buffer.from(page);
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "application/fhir+json", "Content-Length": body.length });
    response.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/fhir`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
