import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** What the server is to do wrong, and to which requests. */
export type Fault = Mishap & {
  /** Only requests of which this matches method and URL, as in `GET /fhir/Patient?_count=1`. Default: all. */
  readonly matching?: RegExp;
  /** How many requests. Default: every one, until the fault is taken back. */
  readonly times?: number;
};

export type Mishap =
  | { readonly kind: "hang" }
  | { readonly kind: "close" }
  /** A right answer, but late. */
  | { readonly kind: "delay"; readonly milliseconds: number }
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

export function isMeant(fault: Fault, request: IncomingMessage): boolean {
  return fault.matching === undefined || fault.matching.test(`${request.method} ${request.url}`);
}

/** The fault that is left after it has happened once. */
export function afterOnce(fault: Fault): Fault | undefined {
  if (fault.times === undefined) return fault;
  return fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined;
}

/** Commits the fault; `answer` gives the right answer, for a fault that is only late. */
export async function commit(
  fault: Fault,
  response: ServerResponse,
  answer: () => Promise<void>,
): Promise<void> {
  switch (fault.kind) {
    case "hang":
      return;
    case "close":
      response.socket?.destroy();
      return;
    case "delay":
      await delay(fault.milliseconds);
      return answer();
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
