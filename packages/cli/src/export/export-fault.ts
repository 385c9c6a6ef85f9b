import { readJson } from "./bounded-json.ts";
import { plainText } from "./plain-text.ts";

/** An export that cannot go on: one sentence for the user, never with a token in it. */
export class ExportFault extends Error {
  override readonly name = "ExportFault";
  /** The gateway's own code, such as `export-limited`; `undefined` for a fault of another kind. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** An OperationOutcome holds a few sentences. */
const MOST_OUTCOME_BYTES = 64 * 1024;

/** What an answer that is not the expected one says: the first issue of its OperationOutcome, or its status alone. */
export async function faultOf(response: Response, what: string): Promise<ExportFault> {
  const issue = firstIssue(await readJson(response, MOST_OUTCOME_BYTES).catch(() => undefined));
  if (issue === undefined) return new ExportFault(`${what}: the gateway answered ${response.status}.`);
  const { code, text } = issue;
  return new ExportFault(`${what}: ${text}${code === undefined ? "" : ` (${code})`}`, code);
}

function firstIssue(outcome: unknown): { code: string | undefined; text: string } | undefined {
  const { diagnostics, details } = Object(Object(outcome).issue?.[0]);
  const code: unknown = Object(details).coding?.[0]?.code;
  if (typeof diagnostics !== "string") return undefined;
  return { code: typeof code === "string" ? plainText(code, 60) : undefined, text: plainText(diagnostics) };
}
