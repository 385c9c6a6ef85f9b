/** Records of RFC 4180 text without line breaks in its fields, each by the names of its columns. */
export function csvRecords(text: string): Record<string, string>[] {
  const [head = "", ...lines] = text.split("\r\n").filter((line) => line !== "");
  const columns = fields(head);
  return lines.map((line) => {
    const values = fields(line);
    return Object.fromEntries(columns.map((column, place) => [column, values[place] ?? ""]));
  });
}

function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain = ""]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}
