import { GatewayError, gatewayError, malformedError, offlineError } from "./gateway-error.ts";

export interface GatewayPorts {
  readonly fetch: (input: string, init: RequestInit) => Promise<Response>;
  /** The role among several that the user has chosen. */
  readonly role: () => string | undefined;
  /** A request was answered as one of nobody. */
  readonly onSignedOut: () => void;
}

export type Ask = Pick<RequestInit, "method" | "body" | "headers" | "signal">;

/** The gateway's own FHIR interface, asked as everybody asks it; the browser adds the session's cookie. */
export interface Gateway {
  /** A success, unread. Throws GatewayError. */
  ask(path: string, ask?: Ask): Promise<Response>;
  /** Its JSON, of which nothing is known yet. */
  json(path: string, ask?: Ask): Promise<unknown>;
  text(path: string, ask?: Ask): Promise<string>;
}

export function createGateway(ports: GatewayPorts): Gateway {
  async function ask(path: string, { headers, ...init }: Ask = {}): Promise<Response> {
    const response = await send(path, { ...init, headers: withRole(headers) });
    if (response.ok) return response;
    const error = await gatewayError(response, Date.now());
    if (error.kind === "signed-out") ports.onSignedOut();
    throw error;
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await ports.fetch(path, { cache: "no-store", credentials: "same-origin", ...init });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw offlineError();
    }
  }

  function withRole(given: HeadersInit | undefined): Headers {
    const headers = new Headers(given);
    const role = ports.role();
    if (role !== undefined) headers.set("Aarohan-Role", role);
    return headers;
  }

  async function read<T>(response: Response, body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      // A connection that breaks is a TypeError; what arrived whole and is no JSON a SyntaxError.
      throw error instanceof SyntaxError ? malformedError(response.url) : offlineError();
    }
  }

  return {
    ask,
    async json(path, options) {
      const response = await ask(path, options);
      return read<unknown>(response, () => response.json());
    },
    async text(path, options) {
      const response = await ask(path, options);
      return read(response, () => response.text());
    },
  };
}

/** Every other error is a mistake in the page itself. */
export function assertGatewayError(error: unknown): asserts error is GatewayError {
  if (!(error instanceof GatewayError)) throw error;
}
