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

/**
 * One HTTP exchange without any client's opinions: no redirects, no default headers, GET bodies as they are. A GET whose
 * connection ends before an answer begins is sent once more (RFC 9110 §9.2.2): the local runtime closes one when a connection
 * to its own parts, which it keeps, is closed in the moment in which it is used.
 */
export async function rawRequest(url: string, options: RawRequest = {}): Promise<RawResponse> {
  try {
    return await exchange(url, options);
  } catch (error) {
    const isSafe = options.method === undefined || options.method === "GET";
    if (!isSafe || Object(error).code !== "ECONNRESET") throw error;
    return exchange(url, options);
  }
}

function exchange(url: string, options: RawRequest): Promise<RawResponse> {
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
        incoming.on("error", (error) => failed(new Error(`aborted: ${error.message}`, { cause: error })));
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
