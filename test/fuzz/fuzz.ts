import { ERROR_KINDS } from "@aarohan/contract";
import type { AnyResource } from "@aarohan/fhir";
import fc from "fast-check";
import { type RawResponse, rawRequest } from "../src/raw-client.ts";
import type { TestStack } from "../src/test-stack.ts";
import { ByteRanges } from "./byte-ranges.ts";
import { IDENTIFYING, SENT } from "./hostile-json.ts";
import { type FuzzedRequest, requests } from "./requests.ts";
import { type FuzzedToken, hostileTokens, plainTokens } from "./tokens.ts";
import { type FuzzedAnswer, upstreamAnswers } from "./upstream-answers.ts";

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  /** fast-check's path to one counterexample. */
  readonly path?: string;
}

export interface FuzzResult {
  readonly attempts: number;
  /** `undefined` where nothing was found; else with the seed and path that find it again. */
  readonly failure: string | undefined;
}

interface Attempt {
  readonly token: FuzzedToken;
  readonly request: FuzzedRequest;
  readonly upstream: FuzzedAnswer | undefined;
}

/** Of a 5xx the only ones that a client may see. */
const DECLARED = new Map<string, number>(
  Object.entries(ERROR_KINDS).flatMap(([code, { status }]) =>
    status >= 500 && code !== "internal" ? [[code, status] as const] : [],
  ),
);

/**
 * Tokens, searches, Parameters, Range headers and answers of the programme's server, hostile and malformed, against the whole
 * stack for so many seconds. Whatever is asked: no 5xx that is not declared, nothing that was sent in a refusal, a header or
 * a log line, nothing that identifies somebody in what an analyst receives, and a record of every request with a good token.
 */
export async function fuzz(
  stack: TestStack,
  population: readonly AnyResource[],
  { seconds, seed, path }: FuzzOptions,
): Promise<FuzzResult> {
  const run = new FuzzRun(stack);
  const attempts = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ token: plainTokens, request: requests, upstream: fc.constant(undefined) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ token: hostileTokens, request: requests, upstream: fc.constant(undefined) }),
    },
    { weight: 3, arbitrary: upstreamAnswers(population).map(askingFor) },
  );
  const ranges = new ByteRanges(stack);
  const property = fc.asyncProperty(
    fc.oneof({ weight: 9, arbitrary: attempts }, ranges.arbitrary),
    (attempt) => ("range" in attempt ? ranges.check(attempt) : run.check(attempt)),
  );
  const details = await fc.check(property, {
    seed,
    ...(path === undefined ? {} : { path }),
    numRuns: 1_000_000,
    interruptAfterTimeLimit: seconds * 1000,
    markInterruptAsFailure: false,
  });
  const failure = details.failed ? fc.defaultReportMessage(details) : await run.failureAfterwards();
  return { attempts: details.numRuns, failure: failure && `seed ${seed}\n${failure}` };
}

function askingFor(upstream: FuzzedAnswer): Attempt {
  return {
    token: { role: "analyst", claims: undefined, tamper: undefined },
    request: { path: `/${upstream.type}?_count=20` },
    upstream,
  };
}

class FuzzRun {
  readonly #stack: TestStack;
  readonly #recorded = new Set<string>();
  readonly #tokens = new Map<string, { readonly token: string; left: number }>();

  constructor(stack: TestStack) {
    this.#stack = stack;
  }

  async check({ token, request, upstream }: Attempt): Promise<void> {
    const bearer = await this.#bearer(token);
    const server = this.#stack.upstream;
    if (server === undefined) throw new Error("there is no server to go wrong");
    server.fault = upstream && { ...upstream.fault, matching: new RegExp(`/fhir/${upstream.type}\\b`) };
    const { path, headers, ...rest } = request;
    const answer = await rawRequest(`${this.#stack.fhirUrl}${path}`, {
      ...rest,
      headers: { ...headers, Authorization: `Bearer ${bearer}` },
    });
    server.fault = undefined;
    if (token.claims === undefined) this.#recorded.add(String(answer.headers["x-request-id"]));
    assertFit(answer, upstream !== undefined);
  }

  /** What is found only when all is over: a value in the log, a request without a record. */
  async failureAfterwards(): Promise<string | undefined> {
    const line = this.#stack.logs.find((one) => one.includes(SENT) || one.includes(IDENTIFYING));
    if (line !== undefined) return `a value stands in the log: ${line}`;
    for (const id of await this.#namesInTrail()) this.#recorded.delete(id);
    const [missing] = this.#recorded;
    return missing === undefined ? undefined : `request ${missing} is not in the trail`;
  }

  async #namesInTrail(): Promise<Set<string>> {
    const names = new Set<string>();
    let url: string | undefined = `${this.#stack.fhirUrl}/AuditEvent?_count=1000`;
    const token = { role: "administrator", claims: undefined, tamper: undefined } as const;
    while (url !== undefined) {
      const bearer = await this.#bearer(token);
      const page = await rawRequest(url, { headers: { Authorization: `Bearer ${bearer}` } });
      const { entry = [], link } = page.json() as {
        entry?: { resource: { id: string } }[];
        link: { relation: string; url: string }[];
      };
      for (const { resource } of entry) names.add(resource.id);
      url = link.find(({ relation }) => relation === "next")?.url;
    }
    return names;
  }

  /** Users as the issuer has them ask until their minute is used up; each hostile token is its own. */
  async #bearer({ role, claims, tamper }: FuzzedToken): Promise<string> {
    if (claims !== undefined) {
      const token = await this.#stack.mint.mint(role, claims);
      return tamper === undefined ? token : tamper(token);
    }
    const known = this.#tokens.get(role);
    const own = role === "provider" ? { patient: "x" } : {};
    const user =
      known !== undefined && known.left > 0
        ? known
        : { token: await this.#stack.mint.mint(role, own), left: 90 };
    user.left -= 1;
    this.#tokens.set(role, user);
    return user.token;
  }
}

type Seen = Pick<RawResponse, "status" | "headers" | "body">;

/** Throws for what no client may see. */
export function assertFit(answer: Seen, isUpstreamHostile: boolean): void {
  const { status, headers, body } = answer;
  const head = JSON.stringify(headers);
  for (const mark of [SENT, IDENTIFYING]) {
    if (head.includes(mark)) throw new Error(`a value stands in a header: ${head}`);
  }
  if (status >= 400) assertRefusal(answer, isUpstreamHostile);
  else if (isUpstreamHostile && body.includes(IDENTIFYING))
    throw new Error(`somebody is identified: ${body}`);
}

function assertRefusal({ status, body }: Seen, isUpstreamHostile: boolean): void {
  if (body.includes(SENT) || body.includes(IDENTIFYING)) throw new Error(`a value is said again: ${body}`);
  const { resourceType, issue } = JSON.parse(body);
  const code = issue?.[0]?.details?.coding?.[0]?.code;
  if (resourceType !== "OperationOutcome" || typeof code !== "string")
    throw new Error(`no OperationOutcome: ${body}`);
  if (status < 500) return;
  if (DECLARED.get(code) !== status) throw new Error(`${status} ${code} is not declared`);
  if (!isUpstreamHostile && /^upstream-/.test(code)) throw new Error(`${code}, and the server was well`);
}
