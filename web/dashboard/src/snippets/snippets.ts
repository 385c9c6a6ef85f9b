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

/** In single quotes the shell reads nothing, `$export` neither. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** JSON's strings are Python's and R's, too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
