export function text(chunks: Iterable<Uint8Array>): string {
  const decoder = new TextDecoder();
  return [...chunks].map((chunk) => decoder.decode(chunk, { stream: true })).join("");
}

/** A reader of RFC 4180 that shares nothing with the writer. */
export function parseCsv(csv: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  for (const [, quoted, plain = "", end] of csv.matchAll(pattern)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  return rows.slice(0, -1);
}

export function records(csv: string): Record<string, string>[] {
  const [header = [], ...rows] = parseCsv(csv);
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
}
