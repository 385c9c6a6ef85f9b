import type { TokenSource } from "./access-token.ts";
import { ExportFault, faultOf } from "./export-fault.ts";
import { sendWithRetries } from "./retries.ts";
import type { Waiting } from "./waiting.ts";

export interface GatewayRequest {
  readonly method?: "GET" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the command's own, which Ctrl-C aborts. */
  readonly signal?: AbortSignal;
}

/** The gateway, as one user. */
export interface GatewayClient {
  /**
   * Repeats what fails for a moment, and once with a new token after a 401. Throws an ExportFault where the gateway cannot
   * be reached, refuses the token, or where the address is not the gateway's: the token goes nowhere else.
   */
  ask(url: URL, request?: GatewayRequest): Promise<Response>;
}

/** What the steps of an export share. */
export interface Session extends Waiting {
  readonly client: GatewayClient;
}

export function createGatewayClient(base: URL, tokens: TokenSource, waiting: Waiting): GatewayClient {
  async function send(url: URL, request: GatewayRequest): Promise<Response> {
    const { method = "GET", headers = {}, signal = waiting.signal } = request;
    const authorization = `Bearer ${await tokens.token(signal)}`;
    // A redirect would carry the token elsewhere.
    return sendWithRetries(
      () =>
        fetch(url, {
          method,
          redirect: "manual",
          signal,
          headers: { ...headers, Authorization: authorization },
        }),
      "The gateway",
      waiting,
      signal,
    );
  }

  return {
    async ask(url, request = {}) {
      if (!isOfGateway(url, base))
        throw new ExportFault("An address is not the gateway's: no token is sent there.");
      const first = await send(url, request);
      if (first.status !== 401) return first;
      if (!tokens.renew()) throw await refusedToken(first, "Put a new one into AAROHAN_TOKEN, and repeat.");
      await first.body?.cancel();
      const second = await send(url, request);
      if (second.status === 401) throw await refusedToken(second, "It was a new one.");
      return second;
    },
  };
}

/** Of the same origin (RFC 6454 §4), without a name or password of its own. */
export function isOfGateway(url: URL, base: URL): boolean {
  return url.origin === base.origin && url.username === "" && url.password === "";
}

async function refusedToken(response: Response, advice: string): Promise<ExportFault> {
  const { message, code } = await faultOf(response, "The gateway refuses the token");
  return new ExportFault(`${message} ${advice}`, code);
}
