import { EdgeError } from "@aarohan/contract";

/**
 * Reads a body of at most `maximumBytes`. Throws `upstream-page-too-large` as soon as it is known to be larger, from its
 * Content-Length or by the chunk that passes the bound; the rest is not read. Holds the body once, and the chunks.
 */
export async function readBounded(response: Response, maximumBytes: number): Promise<Uint8Array> {
  if (Number(response.headers.get("Content-Length") ?? 0) > maximumBytes) {
    await response.body?.cancel();
    throw tooLarge(maximumBytes);
  }
  if (response.body === null) return new Uint8Array();
  // A length that is announced and bounded is read in one go; HTTP itself holds the server to it.
  if (response.headers.has("Content-Length") && !response.headers.has("Content-Encoding")) {
    return new Uint8Array(await response.arrayBuffer());
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by a throw cancels the body.
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maximumBytes) throw tooLarge(maximumBytes);
    chunks.push(chunk);
  }
  return join(chunks, length);
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(maximumBytes: number): EdgeError {
  return new EdgeError(
    "upstream-page-too-large",
    `The programme's server answered more than ${maximumBytes} bytes: ask for fewer resources per page (_count).`,
  );
}
