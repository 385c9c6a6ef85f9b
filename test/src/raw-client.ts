import { type IncomingHttpHeaders, request } from "node:http";

export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came over the wire. */
  readonly bytes: Buffer;
  json(): Record<string, unknown>;
}

export interface RawRequest {
  readonly method?: string;
  /** A list is sent as so many lines of the same name. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent whatever the method is: `curl -X GET -d` does so, and `fetch` cannot. */
  readonly body?: string;
  /** The request's target as it goes over the wire: a URL's path would be normalised before. */
  readonly target?: string;
}

/** One HTTP exchange without any client's opinions: no redirects, no default headers, GET bodies as they are. */
export function rawRequest(url: string, options: RawRequest = {}): Promise<RawResponse> {
  return new Promise((answered, failed) => {
    const outgoing = request(
      url,
      {
        method: options.method ?? "GET",
        // A connection that is kept may be closed by the server in the moment in which it is used again.
        agent: false,
        headers: headersOf(options),
        ...(options.target === undefined ? {} : { path: options.target }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", failed);
        incoming.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const body = bytes.toString("utf8");
          answered({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body,
            bytes,
            json: () => JSON.parse(body),
          });
        });
      },
    );
    outgoing.on("error", failed);
    outgoing.end(options.body);
  });
}

/** Node announces no length for the body of a GET, and the server would read it as the next request. */
function headersOf({ headers = {}, body }: RawRequest): Record<string, string | string[]> {
  return body === undefined ? headers : { ...headers, "Content-Length": String(Buffer.byteLength(body)) };
}
