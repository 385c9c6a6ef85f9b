import type { Corpus } from "./corpus.ts";

/** A corpus as it comes from a server: bytes of NDJSON, and where each line stands. */
export interface ByteCorpus {
  readonly bytes: Uint8Array;
  readonly spans: readonly (readonly [start: number, end: number])[];
}

export function byteCorpusOf({ lines }: Corpus): ByteCorpus {
  let at = 0;
  const spans = lines.map((line) => {
    const start = at;
    const end = start + Buffer.byteLength(line);
    at = end + 1;
    return [start, end] as const;
  });
  return { bytes: new TextEncoder().encode(`${lines.join("\n")}\n`), spans };
}
