import { type IndicatorRows, readReports } from "@aarohan/kit";

/**
 * - `told`: the report.
 * - `refused`: these numbers are not for this page, or its token is for others.
 * - `expired`: the token is good no more.
 * - `not-released`: nothing has been released of the period.
 * - `not-published`: there is no published table of it.
 * - `busy`: too many have asked.
 * - `offline`: nothing answers.
 * - `failed`: what answers is no report.
 */
export type ReportAnswer =
  | { readonly kind: "told"; readonly report: IndicatorRows }
  | { readonly kind: ReportTrouble | "expired" };

export type ReportTrouble = "refused" | "not-released" | "not-published" | "busy" | "offline" | "failed";

/** Asks without cookies; the token goes as a header. */
export async function askReport(
  address: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<ReportAnswer> {
  let response: Response;
  try {
    response = await fetch(address, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal,
      ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: (await isThere(address, signal)) ? "refused" : "offline" };
  }
  return response.ok ? readAnswer(response) : { kind: await troubleOf(response) };
}

/**
 * A refusal is shared with a page only where the page has a token: of others, the browser says just what it says without a
 * connection. The script itself is there for everybody.
 */
async function isThere(address: string, signal: AbortSignal): Promise<boolean> {
  try {
    const script = new URL("/embed/widgets.js", address);
    return (await fetch(script, { method: "HEAD", credentials: "omit", cache: "no-store", signal })).ok;
  } catch {
    return false;
  }
}

async function readAnswer(response: Response): Promise<ReportAnswer> {
  try {
    const [report] = readReports(await response.json());
    return report === undefined ? { kind: "failed" } : { kind: "told", report };
  } catch {
    return { kind: "failed" };
  }
}

async function troubleOf(response: Response): Promise<ReportTrouble | "expired"> {
  const { status } = response;
  if (status === 404) return "not-released";
  if (status === 429 || status === 503) return "busy";
  const code = await codeOf(response);
  if (code === "embed-token-expired") return "expired";
  if (code === "table-undeclared") return "not-published";
  return status === 401 || status === 403 ? "refused" : "failed";
}

/** The gateway's stable code, of an OperationOutcome. */
async function codeOf(response: Response): Promise<unknown> {
  try {
    const { issue } = Object(await response.json());
    return Object(Object(Object(issue?.[0]).details).coding?.[0]).code;
  } catch {
    return undefined;
  }
}
