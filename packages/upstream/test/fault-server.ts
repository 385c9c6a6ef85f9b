import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FaultServer {
  readonly baseUrl: string;
  /** Paths that were asked for, in turn. */
  readonly paths: readonly string[];
  /** Resolves when the client has let go of an answer before its end. */
  readonly abandoned: Promise<void>;
  close(): Promise<void>;
}

/** A server on a free port that answers everything as it is told. */
export async function startFaultServer(handler: Handler): Promise<FaultServer> {
  const paths: string[] = [];
  const { promise: abandoned, resolve: abandon } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    response.on("close", () => {
      if (!response.writableFinished) abandon();
    });
    handler(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/fhir`,
    paths,
    abandoned,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
