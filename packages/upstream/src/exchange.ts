import { EdgeError } from "@aarohan/contract";
import { createAuthorizationSource } from "./authorization.ts";
import { discardBody } from "./bounded-body.ts";
import type { Call } from "./call.ts";
import { readRetryAfter } from "./retry-after.ts";
import type { UpstreamConfig, UpstreamPorts } from "./upstream-config.ts";

/** A request that may be sent again: it changes nothing, or nothing more when it is repeated. */
export interface ReadRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** Form of a `POST _search`. */
  readonly body?: string;
  /** In the place of those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends a request, again where that is likely to help, and has the answer received. All of it stands under one time
 * limit, so `receive` reads the body: what is read later would escape the limit. Throws EdgeErrors, and the reason of the
 * caller's signal where that is aborted.
 */
export type Exchange = <T>(
  request: ReadRequest,
  call: Call,
  receive: (response: Response) => Promise<T>,
) => Promise<T>;

/** When an exchange has to be over: by the platform's timer, and by the clock for what is planned. */
interface Limit {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** Faults that often are over a moment later. */
const MOMENTARY = [502, 503, 504];
const LONGEST_RETRY_AFTER_SECONDS = 2;
const BACKOFF_MILLISECONDS = 100;

export function createExchange(config: UpstreamConfig, ports: UpstreamPorts): Exchange {
  const { timeoutMilliseconds = 30_000, retries = 1, userAgent = "aarohan-edge" } = config;
  const { fetch: fetcher = (input, init) => fetch(input, init), now = Date.now, sleep = pause } = ports;
  const source = createAuthorizationSource(config.credentials, fetcher, now);

  async function attempt<T>(
    number: number,
    limit: Limit,
    send: () => Promise<Response>,
    receive: (response: Response) => Promise<T>,
  ): Promise<T> {
    let wait: number | undefined;
    try {
      limit.signal.throwIfAborted();
      const response = await send();
      wait = MOMENTARY.includes(response.status) ? pauseAfter(number, limit, response) : undefined;
      if (wait === undefined) return await receive(response);
      discardBody(response);
    } catch (error) {
      wait = limit.signal.aborted || !isConnectionFault(error) ? undefined : pauseAfter(number, limit);
      if (wait === undefined) throw error;
    }
    await sleep(wait, limit.signal);
    return attempt(number + 1, limit, send, receive);
  }

  /** Milliseconds until the next attempt, spread so that many callers do not come at once; `undefined` for none. */
  function pauseAfter(number: number, limit: Limit, response?: Response): number | undefined {
    const seconds = (response && readRetryAfter(response.headers, now())) ?? 0;
    if (number > retries || seconds > LONGEST_RETRY_AFTER_SECONDS) return undefined;
    const milliseconds = seconds * 1000 + BACKOFF_MILLISECONDS * 2 ** (number - 1) * (0.5 + Math.random());
    return now() + milliseconds < limit.deadline ? milliseconds : undefined;
  }

  /** Once more with a new token where the server has ended the old one before its time. */
  async function sendAuthorised(request: ReadRequest, call: Call, signal: AbortSignal): Promise<Response> {
    const authorization = await source.authorizationFor(call, signal);
    const response = await send(request, call, authorization, signal);
    if (response.status !== 401 || !source.renews(authorization)) return response;
    discardBody(response);
    return send(request, call, await source.authorizationFor(call, signal), signal);
  }

  async function send(
    { method, url, body, headers }: ReadRequest,
    { requestId }: Call,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    return fetcher(url, {
      method,
      // A redirect could lead to another host, and would carry the credentials there.
      redirect: "manual",
      signal,
      headers: {
        Accept: "application/fhir+json",
        // Otherwise a parameter that the server does not know is silently ignored, and everything comes back.
        Prefer: "handling=strict",
        // Otherwise HAPI answers a search as it did up to a minute ago: a consent that was withdrawn since would not count.
        "Cache-Control": "no-cache",
        "User-Agent": userAgent,
        "X-Request-Id": requestId,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...(body === undefined ? {} : { "Content-Type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
  }

  return async function exchange(request, call, receive) {
    const timer = AbortSignal.timeout(timeoutMilliseconds);
    const signal = call.signal === undefined ? timer : AbortSignal.any([timer, call.signal]);
    const limit = { signal, deadline: now() + timeoutMilliseconds };
    try {
      return await attempt(1, limit, () => sendAuthorised(request, call, signal), receive);
    } catch (error) {
      call.signal?.throwIfAborted();
      if (timer.aborted) throw timedOut(timeoutMilliseconds);
      throw error instanceof EdgeError ? error : unreachable();
    }
  };
}

/** The platform's own errors come from connections that fail; the token source names its own. */
function isConnectionFault(error: unknown): boolean {
  return !(error instanceof EdgeError) || error.code === "upstream-unreachable";
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}

function timedOut(timeoutMilliseconds: number): EdgeError {
  return new EdgeError(
    "upstream-timeout",
    `The programme's server did not answer within ${timeoutMilliseconds / 1000} s.`,
  );
}

function unreachable(): EdgeError {
  return new EdgeError("upstream-unreachable", "The programme's server cannot be reached.", {
    retryAfterSeconds: 10,
  });
}
