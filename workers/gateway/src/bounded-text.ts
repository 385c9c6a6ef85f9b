import { EdgeError } from "@aarohan/contract";

const MAXIMUM_BODY_BYTES = 64 * 1024;

/** A request's body as text. Throws `body-too-large` past so many bytes (default 64 KiB), without reading on. */
export async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  most = MAXIMUM_BODY_BYTES,
): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most) throw new EdgeError("body-too-large", `The body is larger than ${most / 1024} KiB.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
