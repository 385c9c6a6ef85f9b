import { EdgeError } from "@aarohan/contract";
import { discardBody } from "./bounded-body.ts";
import { refusedParameter } from "./refused-parameter.ts";
import { readRetryAfter } from "./retry-after.ts";

export interface AnswerContext {
  /** A search, a later page of one (404 and 410 then mean that the server has forgotten it), or the read of a resource. */
  readonly interaction: "search" | "page" | "read";
  /** Names of the parameters that were sent: the only words of the server's complaint that may be passed on. */
  readonly parameterNames: readonly string[];
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now: number;
}

/**
 * Throws for an answer that is not FHIR JSON with status 200. What the server says about its fault is not passed on: its
 * words can quote data, or say what a hidden value is.
 */
export async function assertAnswered(response: Response, context: AnswerContext): Promise<void> {
  if (response.status === 200 && isJson(response.headers.get("Content-Type"))) return;
  const fault = isRefusedSearch(response.status, context)
    ? searchRefused(await refusedParameter(response, context.parameterNames))
    : faultOf(response, context);
  discardBody(response);
  throw fault;
}

function isJson(contentType: string | null): boolean {
  return /^application\/(?:fhir\+)?json\s*(?:;|$)/i.test(contentType ?? "");
}

/**
 * A server whose search does not serve the type answers 404, as does one that is not FHIR there at all; HAPI answers 405
 * where a modifier is switched off.
 */
function isRefusedSearch(status: number, { interaction }: AnswerContext): boolean {
  if (interaction === "read") return false;
  return status === 400 || status === 422 || (interaction === "search" && (status === 404 || status === 405));
}

function searchRefused(parameter: string | undefined): EdgeError {
  if (parameter === undefined) {
    return new EdgeError("search-refused", "The programme's server does not support this search.");
  }
  return new EdgeError(
    "search-refused",
    "The programme's server does not support this parameter or its value.",
    {
      parameter,
    },
  );
}

function faultOf({ status, headers }: Response, { interaction, now }: AnswerContext): EdgeError {
  if (status === 200) {
    return new EdgeError(
      "upstream-malformed",
      "The programme's server answered something that is not FHIR JSON.",
    );
  }
  if (interaction === "page" && (status === 404 || status === 410)) {
    return new EdgeError("page-expired", "The programme's server has forgotten this search: repeat it.");
  }
  if (status === 401 || status === 403) {
    return new EdgeError(
      "upstream-refused",
      "The programme's server does not let the gateway in: check its credentials.",
    );
  }
  if (status === 429 || status === 503) {
    return new EdgeError("upstream-throttled", "The programme's server is busy: try again later.", {
      retryAfterSeconds: Math.min(3600, Math.max(1, readRetryAfter(headers, now) ?? 10)),
    });
  }
  if (status >= 500) return new EdgeError("upstream-failed", "The programme's server failed.");
  return new EdgeError(
    "upstream-refused",
    "The programme's server answered with a status that this request does not have.",
  );
}
