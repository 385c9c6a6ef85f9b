import { EdgeError } from "@aarohan/contract";

export interface AnswerContext {
  /** True for a later page: 404 and 410 then mean that the server has forgotten its cursor. */
  readonly expired: boolean;
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now: number;
}

/**
 * Throws for an answer that is not FHIR JSON with status 200. What the server says about its fault is not passed on: its
 * words can quote data, or say what a hidden value is.
 */
export async function assertAnswered(response: Response, context: AnswerContext): Promise<void> {
  if (response.status === 200 && isJson(response.headers.get("Content-Type"))) return;
  await response.body?.cancel();
  throw faultOf(response, context);
}

function isJson(contentType: string | null): boolean {
  return /^application\/(?:fhir\+)?json\b/i.test(contentType ?? "");
}

function faultOf({ status, headers }: Response, context: AnswerContext): EdgeError {
  if (status === 200) {
    return new EdgeError(
      "upstream-malformed",
      "The programme's server answered something that is not FHIR JSON.",
    );
  }
  if (context.expired && (status === 404 || status === 410)) {
    return new EdgeError("page-expired", "The programme's server has forgotten this search: repeat it.");
  }
  if (status === 400 || status === 404 || status === 422) {
    return new EdgeError("search-refused", "The programme's server does not support this search.");
  }
  if (status === 401 || status === 403) {
    return new EdgeError(
      "upstream-refused",
      "The programme's server does not let the gateway in: check its credentials.",
    );
  }
  if (status === 429 || status === 503) {
    return new EdgeError("upstream-throttled", "The programme's server is busy: try again later.", {
      retryAfterSeconds: retryAfterSeconds(headers.get("Retry-After"), context.now),
    });
  }
  if (status >= 500) return new EdgeError("upstream-failed", "The programme's server failed.");
  return new EdgeError(
    "upstream-refused",
    "The programme's server answered with a status that a search does not have.",
  );
}

/** RFC 9110 §10.2.3: seconds or a date; kept between 1 s and 1 h. Default 10. */
function retryAfterSeconds(text: string | null, now: number): number {
  const seconds = /^\d+$/.test(text ?? "") ? Number(text) : Math.ceil((Date.parse(text ?? "") - now) / 1000);
  return Number.isNaN(seconds) ? 10 : Math.min(3600, Math.max(1, seconds));
}
