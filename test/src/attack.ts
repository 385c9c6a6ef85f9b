import { createLeakFinder, type DemoRole, generatePopulation } from "@aarohan/devkit";
import { expect } from "vitest";
import { type RawRequest, type RawResponse, rawRequest } from "./raw-client.ts";
import type { TestStack } from "./test-stack.ts";

const PATIENTS = 150;

/** What the programme's server holds during an attack: the population of `startTestStack`'s default size. */
export const population = [...generatePopulation({ patients: PATIENTS })];

const finder = createLeakFinder(population);

/** Pseudonyms of short ids: random characters, of which any four are somebody's name now and then. No real id begins so. */
const PSEUDONYM = /(?<=^|["/,\n])B[A-Za-z0-9.-]{28,39}(?=[",\r])/g;

/** All that a client sees of an answer, save the request's id, of which six digits are somebody's now and then. */
function textOf({ body, headers }: RawResponse): string {
  const { "x-request-id": _, ...others } = headers;
  return `${body.replaceAll(PSEUDONYM, "")}\n${JSON.stringify(others)}`;
}

/** Fails where an answer, its headers included, holds a value of a person, a worker or a village, or one of `secrets`. */
export function expectNobodyIn(answer: RawResponse, secrets: readonly string[] = []): void {
  const text = textOf(answer);
  expect(finder.leaksIn(text)).toEqual([]);
  for (const secret of secrets) expect(text).not.toContain(secret);
}

/** Fails unless the answer is this refusal (`403 parameter-hidden`) and nothing beside it: no data, no validator, no store. */
export function expectRefusal(answer: RawResponse, refusal: string, secrets: readonly string[] = []): void {
  expect(refusalOf(answer)).toBe(refusal);
  expect(answer.headers["cache-control"]).toBe("private, no-store");
  for (const name of ["etag", "last-modified", "location", "content-location", "link"]) {
    expect(answer.headers[name]).toBeUndefined();
  }
  expectNobodyIn(answer, secrets);
}

/** Status and error code; whatever is no OperationOutcome with one issue reads otherwise. */
export function refusalOf({ status, headers, body }: RawResponse): string {
  if (!String(headers["content-type"]).startsWith("application/fhir+json")) return `${status} no FHIR`;
  const { resourceType, issue = [], ...others } = JSON.parse(body);
  if (resourceType !== "OperationOutcome" || issue.length !== 1 || Object.keys(others).length > 0)
    return `${status} ${resourceType}`;
  return `${status} ${issue[0].details?.coding?.[0]?.code}`;
}

/** All that a client can tell two answers apart by, with the id that was asked for put out. */
export function shapeOf({ status, headers, body }: RawResponse, id: string) {
  const { date: _date, "x-request-id": _request, ratelimit: _limit, ...others } = headers;
  return {
    status,
    headers: JSON.parse(JSON.stringify(others).replaceAll(id, "ID")),
    body: body.replaceAll(id, "ID"),
  };
}

interface User {
  readonly token: string;
  requestsLeft: number;
}

const users = new WeakMap<TestStack, Map<DemoRole, User>>();

/** Like `ask`, as the same user for as long as the limit of requests allows it: a fresh one costs more than the request. */
export async function askAs(
  stack: TestStack,
  role: DemoRole,
  path: string,
  request: RawRequest = {},
): Promise<RawResponse> {
  const known = users.get(stack) ?? new Map<DemoRole, User>();
  users.set(stack, known);
  let user = known.get(role);
  if (user === undefined || user.requestsLeft === 0)
    user = { token: await stack.mint.mint(role), requestsLeft: 90 };
  user.requestsLeft -= 1;
  known.set(role, user);
  return rawRequest(`${stack.fhirUrl}${path}`, {
    ...request,
    headers: { Authorization: `Bearer ${user.token}`, ...request.headers },
  });
}

/** Asks for what is refused before the programme's server hears of it, and what was asked is not said again. */
export async function expectRefused(
  stack: TestStack,
  role: DemoRole,
  path: string,
  refusal: string,
  request: RawRequest = {},
): Promise<void> {
  const heard = stack.upstream?.requests ?? [];
  heard.splice(0);
  const answer = await askAs(stack, role, path, request);
  expectRefusal(answer, refusal, [...valuesIn(path), ...valuesIn(`?${request.body ?? ""}`)]);
  expect(heard).toEqual([]);
}

/** Values of a query that would be recognised where they are repeated: neither plain words nor names of FHIR's. */
function valuesIn(path: string): string[] {
  const query = new URLSearchParams(path.split("?").slice(1).join("?"));
  return [...query.values()].filter((value) => value.length >= 4 && !/^_?[a-z]+(?:[A-Z/+]|$)/.test(value));
}
