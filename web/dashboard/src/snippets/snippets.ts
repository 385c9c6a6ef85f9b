/** Lines that get the same rows elsewhere; the token comes from the environment, never from the page. */
export interface Snippets {
  readonly curl: string;
  readonly pandas: string;
  readonly r: string;
  readonly duckdb: string;
}

export type SnippetLanguage = keyof Snippets;

/** For a GET that answers CSV. `url` is absolute and asks for `_format=csv`. */
export function csvSnippets(url: string): Snippets {
  return {
    curl: `curl -sf ${shellQuoted(url)} \\\n  -H "Authorization: Bearer $ACCESS_TOKEN"`,
    pandas: [
      "import io",
      "import os",
      "import pandas as pd",
      "import requests",
      "",
      "response = requests.get(",
      `    ${quoted(url)},`,
      `    headers={"Authorization": f"Bearer {os.environ['ACCESS_TOKEN']}"},`,
      ")",
      "response.raise_for_status()",
      "rows = pd.read_csv(io.StringIO(response.text))",
      "print(rows)",
    ].join("\n"),
    r: [
      'token <- paste("Bearer", Sys.getenv("ACCESS_TOKEN"))',
      `rows <- read.csv(url(${quoted(url)}, headers = c(Authorization = token)))`,
      "print(rows)",
    ].join("\n"),
    duckdb: [
      `curl -sf ${shellQuoted(url)} -H "Authorization: Bearer $ACCESS_TOKEN" |`,
      `  duckdb -c "SELECT * FROM read_csv('/dev/stdin')"`,
    ].join("\n"),
  };
}

/** For a GET that answers JSON. */
export function jsonSnippets(url: string): Pick<Snippets, "curl" | "pandas"> {
  return {
    curl: `curl -sf ${shellQuoted(url)} \\\n  -H "Authorization: Bearer $ACCESS_TOKEN"`,
    pandas: [
      "import os",
      "import requests",
      "",
      "response = requests.get(",
      `    ${quoted(url)},`,
      `    headers={"Authorization": f"Bearer {os.environ['ACCESS_TOKEN']}"},`,
      ")",
      "response.raise_for_status()",
      "print(response.json())",
    ].join("\n"),
  };
}

/** For the order of an export: it answers where its state can be asked. */
export function kickOffSnippets(url: string): Pick<Snippets, "curl" | "pandas"> {
  return {
    curl: `curl -sf -i ${shellQuoted(url)} \\\n  -H "Prefer: respond-async" -H "Authorization: Bearer $ACCESS_TOKEN"`,
    pandas: [
      "import os",
      "import requests",
      "",
      "response = requests.get(",
      `    ${quoted(url)},`,
      '    headers={"Authorization": f"Bearer {os.environ[\'ACCESS_TOKEN\']}", "Prefer": "respond-async"},',
      ")",
      "response.raise_for_status()",
      'print(response.headers["Content-Location"])',
    ].join("\n"),
  };
}

/** What of an export the lines need. */
export interface ExportedFiles {
  readonly id: string;
  readonly format: "ndjson" | "csv" | "parquet";
  readonly types: readonly string[];
}

/** For a finished export: its files to this folder, then read there. */
export function exportSnippets(origin: string, { id, format, types }: ExportedFiles): Snippets {
  const status = `${origin}/fhir/$export-poll-status?job=${id}`;
  const files = `${types[0] ?? "Patient"}.*.${format}`;
  const download = [
    `curl -sf ${shellQuoted(status)} -H "Authorization: Bearer $ACCESS_TOKEN" |`,
    `  python3 -c 'import json, sys; print(*(file["url"] for file in json.load(sys.stdin)["output"]), sep="\\n")' |`,
    `  while read -r URL; do curl -sf --compressed -O "$URL" -H "Authorization: Bearer $ACCESS_TOKEN"; done`,
  ].join("\n");
  return {
    curl: download,
    pandas: [
      "import glob",
      "import pandas as pd",
      "",
      `rows = pd.concat(${PANDAS_READERS[format]} for file in glob.glob(${quoted(files)}))`,
      "print(rows)",
    ].join("\n"),
    r: `rows <- ${R_READERS[format](quoted(files))}\nprint(rows)`,
    duckdb: `duckdb -c "SELECT * FROM ${DUCKDB_READERS[format]}('${files}')"`,
  };
}

const PANDAS_READERS = {
  ndjson: "pd.read_json(file, lines=True)",
  csv: "pd.read_csv(file)",
  parquet: "pd.read_parquet(file)",
};
const R_READERS = {
  ndjson: (files: string) =>
    `do.call(rbind, lapply(Sys.glob(${files}), function(file) jsonlite::stream_in(base::file(file))))`,
  csv: (files: string) => `do.call(rbind, lapply(Sys.glob(${files}), read.csv))`,
  parquet: (files: string) => `dplyr::collect(arrow::open_dataset(Sys.glob(${files})))`,
};
const DUCKDB_READERS = { ndjson: "read_json", csv: "read_csv", parquet: "read_parquet" };

/** In single quotes the shell reads nothing, `$export` neither. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** JSON's strings are Python's and R's, too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
