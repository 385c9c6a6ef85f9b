import { EdgeError } from "@aarohan/contract";
import { expect } from "vitest";
import { createUpstream, type UpstreamConfig } from "../src/index.ts";

export const BASE = "http://upstream.example/fhir";
export const CALL = { requestId: "r-1", authorization: "Bearer caller" };
export const FHIR_JSON = { "Content-Type": "application/fhir+json" };
export const EMPTY = '{"resourceType":"Bundle","type":"searchset","entry":[]}';

/** Stands in what the server says about its faults; must be in no error. */
const SECRET = "Lakshmi";

export type Answer = () => Response | Promise<Response>;

export const bundle =
  (text = EMPTY): Answer =>
  () =>
    new Response(text, { headers: FHIR_JSON });

export const status =
  (code: number, headers: Record<string, string> = {}, body = `{"issue":"${SECRET}"}`): Answer =>
  () =>
    new Response(body, { status: code, headers: { ...FHIR_JSON, ...headers } });

export const dropped: Answer = () => Promise.reject(new TypeError(SECRET));

export interface Script {
  readonly config?: Partial<UpstreamConfig>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** An upstream that gives the answers in turn, the last one again and again, and keeps what it was asked. */
export function upstreamWith(answers: readonly Answer[], { config, now }: Script = {}) {
  const requests: { url: string; init: RequestInit }[] = [];
  const sleeps: number[] = [];
  const upstream = createUpstream(
    { baseUrl: `${BASE}/`, credentials: { kind: "none" }, ...config },
    {
      fetch: async (url, init = {}) => {
        const answer = answers[Math.min(requests.length, answers.length - 1)];
        requests.push({ url: String(url), init });
        if (answer === undefined) throw new Error("no answer");
        return answer();
      },
      sleep: async (milliseconds) => {
        sleeps.push(milliseconds);
      },
      ...(now === undefined ? {} : { now }),
    },
  );
  return { upstream, requests, sleeps };
}

export async function refusalOf(attempt: Promise<unknown>): Promise<EdgeError> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EdgeError)) throw new Error(`was not refused with an EdgeError: ${error}`);
  expect(error.message).not.toContain(SECRET);
  expect(error.cause).toBeUndefined();
  return error;
}
