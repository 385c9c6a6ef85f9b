import { readBounded } from "./bounded-body.ts";

const MAXIMUM_BYTES = 64 * 1024;

/**
 * `http.` and a name (FHIR R4, OperationOutcome.issue.expression), or the word that servers put before a name; HAPI puts it
 * after those of the results (`Unknown _sort parameter value "x"`).
 */
const MENTION = /\b(?:http\.|parameter:? (?:\\"|['`])?)([A-Za-z_](?:[\w.:-]*\w)?)|\b(_[a-z]+) parameter\b/gi;

/**
 * The one parameter that the server complains about, by a name that we sent: nothing else of its words is used, since
 * they quote values. `undefined` where it names none of ours, or several. Holds at most 64 KiB.
 */
export async function refusedParameter(
  response: Response,
  sent: readonly string[],
): Promise<string | undefined> {
  const bytes = await readBounded(response, MAXIMUM_BYTES);
  if (bytes === undefined) return undefined;
  const mentioned = new Set(
    Array.from(new TextDecoder().decode(bytes).matchAll(MENTION), ([, after, before]) => after ?? before),
  );
  const [only, ...others] = new Set(sent.filter((name) => mentioned.has(name)));
  return others.length === 0 ? only : undefined;
}
