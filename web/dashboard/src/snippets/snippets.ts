/** Lines that get the same rows elsewhere; the token comes from the environment, never from the page. */
export interface Snippets {
  readonly curl: string;
  readonly pandas: string;
  readonly r: string;
  readonly duckdb: string;
}

export type SnippetLanguage = keyof Snippets;

/** What the lines ask, and as whom. */
export interface Asked {
  /** Absolute. */
  readonly url: string;
  /** One role of several that the person holds; the token is then of somebody who holds it too. */
  readonly role: string | undefined;
}

/** For a GET that answers CSV: `url` asks for `_format=csv`. */
export function csvSnippets(asked: Asked): Snippets {
  return {
    curl: `curl -sf ${shellQuoted(asked.url)} \\\n  ${curlHeaders(asked)}`,
    pandas: [
      "import io",
      ...pythonGet(asked, "import pandas as pd"),
      "rows = pd.read_csv(io.StringIO(response.text))",
      "print(rows)",
    ].join("\n"),
    r: [
      'token <- paste("Bearer", Sys.getenv("ACCESS_TOKEN"))',
      `rows <- read.csv(url(${quoted(asked.url)}, headers = c(Authorization = token${rHeader(asked)})))`,
      "print(rows)",
    ].join("\n"),
    duckdb: [
      `curl -sf ${shellQuoted(asked.url)} ${curlHeaders(asked)} |`,
      `  duckdb -c "SELECT * FROM read_csv('/dev/stdin')"`,
    ].join("\n"),
  };
}

/** For a GET that answers JSON. */
export function jsonSnippets(asked: Asked): Pick<Snippets, "curl" | "pandas"> {
  return {
    curl: `curl -sf ${shellQuoted(asked.url)} \\\n  ${curlHeaders(asked)}`,
    pandas: [...pythonGet(asked), "print(response.json())"].join("\n"),
  };
}

/** For the order of an export: it answers where its state can be asked. */
export function kickOffSnippets(asked: Asked): Pick<Snippets, "curl" | "pandas"> {
  const prefer = [["Prefer", "respond-async"]] as const;
  return {
    curl: `curl -sf -i ${shellQuoted(asked.url)} \\\n  ${curlHeaders(asked, prefer)}`,
    pandas: [...pythonGet(asked, undefined, prefer), 'print(response.headers["Content-Location"])'].join(
      "\n",
    ),
  };
}

type Headers = readonly (readonly [name: string, value: string])[];

function headersOf({ role }: Pick<Asked, "role">, further: Headers = []): Headers {
  return role === undefined ? further : [...further, ["Aarohan-Role", role]];
}

function curlHeaders(asked: Pick<Asked, "role">, further?: Headers): string {
  const own = headersOf(asked, further).map(([name, value]) => `-H "${name}: ${value}"`);
  return [...own, '-H "Authorization: Bearer $ACCESS_TOKEN"'].join(" ");
}

function rHeader({ role }: Asked): string {
  return role === undefined ? "" : `, "Aarohan-Role" = ${quoted(role)}`;
}

function pythonGet(asked: Asked, further?: string, headers?: Headers): string[] {
  const own = headersOf(asked, headers).map(([name, value]) => `, ${quoted(name)}: ${quoted(value)}`);
  return [
    "import os",
    ...(further === undefined ? [] : [further]),
    "import requests",
    "",
    "response = requests.get(",
    `    ${quoted(asked.url)},`,
    `    headers={"Authorization": f"Bearer {os.environ['ACCESS_TOKEN']}"${own.join("")}},`,
    ")",
    "response.raise_for_status()",
  ];
}

/** What of an export the lines need. */
export interface ExportedFiles {
  readonly id: string;
  readonly format: "ndjson" | "csv" | "parquet";
  readonly types: readonly string[];
}

/** Where an export was ordered, and as whom. */
export interface ExportPlace {
  readonly origin: string;
  readonly role: string | undefined;
}

/** For a finished export: its files to this folder, then read there. */
export function exportSnippets(place: ExportPlace, { id, format, types }: ExportedFiles): Snippets {
  const { origin } = place;
  const headers = curlHeaders(place);
  const status = `${origin}/fhir/$export-poll-status?job=${id}`;
  const files = `${types[0] ?? "Patient"}.*.${format}`;
  const download = [
    `curl -sf ${shellQuoted(status)} ${headers} |`,
    `  python3 -c 'import json, sys; print(*(file["url"] for file in json.load(sys.stdin)["output"]), sep="\\n")' |`,
    `  while read -r URL; do curl -sf --compressed -O "$URL" ${headers}; done`,
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
  // Lines of all files at once: tables of single files need not have the same columns.
  ndjson: (files: string) =>
    `jsonlite::stream_in(textConnection(unlist(lapply(Sys.glob(${files}), readLines))), verbose = FALSE)`,
  csv: (files: string) => `do.call(rbind, lapply(Sys.glob(${files}), read.csv))`,
  parquet: (files: string) =>
    `read.csv(pipe(paste0("duckdb -csv -c \\"SELECT * FROM read_parquet('", ${files}, "')\\"")))`,
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
