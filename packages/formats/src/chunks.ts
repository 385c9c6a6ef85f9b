/** Text is gathered to about this much before it is encoded: line by line would be several times slower. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Pieces of text → UTF-8 in chunks of about 64 KiB. Holds one chunk. */
export function* encodeChunks(pieces: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}
