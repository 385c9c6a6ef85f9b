/**
 * Reads a body of at most `maximumBytes`; `undefined` for a larger one, as soon as that is known: from its Content-Length
 * before anything is read, else at the chunk that passes the bound. The rest is cancelled. Holds at most the bound and
 * one chunk while it reads, and twice the bound while it joins the chunks.
 */
export async function readBounded(response: Response, maximumBytes: number): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array();
  const announced = announcedLength(response.headers);
  if (announced !== undefined && announced > maximumBytes) {
    discardBody(response);
    return undefined;
  }
  // HTTP holds the server to a plain length, so that the platform may read the body in one go.
  if (announced !== undefined && isPlain(response.headers))
    return new Uint8Array(await response.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the body.
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maximumBytes) return undefined;
    chunks.push(chunk);
  }
  return join(chunks, length);
}

/** Gives the connection back without reading on; nothing waits for it, and its failure is nobody's concern. */
export function discardBody(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

function announcedLength(headers: Headers): number | undefined {
  const text = headers.get("Content-Length") ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** False where the length is that of the compressed body, or is overruled by chunks (RFC 9112 §6.3), as workerd allows. */
function isPlain(headers: Headers): boolean {
  return !headers.has("Content-Encoding") && !headers.has("Transfer-Encoding");
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
