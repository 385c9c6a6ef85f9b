/** A table as the gateway writes it in CSV. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** RFC 4180. The text is the gateway's own, so that every quote is closed. */
export function readCsv(text: string): CsvTable {
  const [columns = [], ...rows] = records(text);
  return { columns, rows };
}

function records(text: string): string[][] {
  const found: string[][] = [];
  let record: string[] = [];
  // A field, and what ends it: a comma, the end of a line, or the end of the text.
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (end === "" && record.length === 0 && quoted === undefined && plain === "") break;
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    found.push(record);
    record = [];
    if (end === "") break;
  }
  return found;
}

/** Pages of one table, one after the other: the header once. */
export function joinCsv(pages: readonly string[]): string {
  return pages.map((page, index) => (index === 0 ? page : withoutHeader(page))).join("");
}

function withoutHeader(page: string): string {
  const header = /^(?:"(?:[^"]|"")*"|[^"\r\n])*\r?\n/.exec(page)?.[0] ?? "";
  return page.slice(header.length);
}
