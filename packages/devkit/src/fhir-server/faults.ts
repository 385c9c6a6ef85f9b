import type { ServerResponse } from "node:http";

/** What the server is to do wrong instead of answering. */
export type Fault =
  | { readonly kind: "hang" }
  | { readonly kind: "close" }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Head and the beginning of a body, then the connection breaks. */
  | { readonly kind: "break"; readonly body: string }
  /** A Bundle of about so many bytes, in resources of so many each. */
  | { readonly kind: "flood"; readonly bytes: number; readonly resourceBytes: number };

/** Commits the fault. */
export function commit(fault: Fault, response: ServerResponse): void {
  switch (fault.kind) {
    case "hang":
      return;
    case "close":
      response.socket?.destroy();
      return;
    case "answer":
      response.writeHead(fault.status, { "Content-Type": "application/fhir+json", ...fault.headers });
      response.end(fault.body);
      return;
    case "break":
      response.writeHead(200, { "Content-Type": "application/fhir+json" });
      response.write(fault.body, () => response.socket?.destroy());
      return;
    case "flood":
      flood(fault, response);
  }
}

function flood({ bytes, resourceBytes }: Extract<Fault, { kind: "flood" }>, response: ServerResponse): void {
  const entry = `{"resource":{"resourceType":"Patient","id":"x","text":{"div":"${"x".repeat(resourceBytes)}"}}}`;
  response.writeHead(200, { "Content-Type": "application/fhir+json" });
  response.write('{"resourceType":"Bundle","type":"searchset","entry":[');
  let sent = 0;
  function more(): void {
    while (sent < bytes) {
      const piece = (sent === 0 ? "" : ",") + entry;
      sent += piece.length;
      if (!response.write(piece)) {
        response.once("drain", more);
        return;
      }
    }
    response.end("]}");
  }
  response.on("error", () => undefined);
  more();
}
