/**
 * Checks that documents name what exists: links and their headings, files between backticks, scripts of package.json. In
 * SECURITY.md and docs/compliance.md every row of a table that ends in the column "Check" names a file or a command.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FILES = ["README.md", "SECURITY.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md")];
const SHOWN_BY_CHECKS = ["SECURITY.md", "docs/compliance.md"];
const FOLDERS = "packages|workers|web|test|bench|deploy|scripts|docs";
const scripts = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).scripts);

const problems = FILES.flatMap((file) => {
  const text = readFileSync(file, "utf8");
  const found = [...missingLinks(file, text), ...missingFiles(text), ...missingScripts(text)];
  return [...found, ...(SHOWN_BY_CHECKS.includes(file) ? rowsWithoutCheck(text) : [])].map(
    (problem) => `${file}: ${problem}`,
  );
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Links to files of the project, and to headings in them. */
function missingLinks(file: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = "", heading] = link.split("#");
      const target = path === "" ? file : join(dirname(file), path);
      if (!existsSync(target)) return true;
      return heading !== undefined && !headingsOf(readFileSync(target, "utf8")).includes(heading);
    })
    .map((link) => `leads nowhere: ${link}`);
}

/** As GitHub names them. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => title);
  return headings.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function missingFiles(text: string): string[] {
  return namedFiles(text)
    .filter((path) => globSync(path).length === 0)
    .map((path) => `is not there: ${path}`);
}

/** Between backticks, below one of the project's folders; a pattern stands for at least one file. */
function namedFiles(text: string): string[] {
  const named = [...text.matchAll(/`([^`\n]+)`/g)].map(([, path = ""]) => path);
  return named.filter((path) => new RegExp(`^(?:${FOLDERS})/(?!.*/[.])[\\w./*-]+$`).test(path));
}

function missingScripts(text: string): string[] {
  return namedScripts(text)
    .filter((name) => !scripts.includes(name))
    .map((name) => `no script of package.json: ${name}`);
}

function namedScripts(text: string): string[] {
  const direct = [...text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)];
  const within = [...text.matchAll(/npm run (?:-s )?pnpm -- run (?:-s )?([a-z][a-z:-]*)/g)];
  return [...direct, ...within].map(([, name = ""]) => name);
}

function rowsWithoutCheck(text: string): string[] {
  const lines = text.split("\n");
  return lines
    .filter((line, index) => /^\| (?!-)/.test(line) && columnsAbove(lines, index).at(-1) === "Check")
    .filter((line) => columnsOf(line).at(-1) !== "Check" && !showsSomething(columnsOf(line).at(-1) ?? ""))
    .map((line) => `no check is named: ${line.slice(0, 60)}`);
}

function showsSomething(cell: string): boolean {
  return (
    namedFiles(cell).length > 0 ||
    /`(?:npm (?:run|test)|npx --no-install aarohan) ?/.test(cell) ||
    /\]\(/.test(cell)
  );
}

/** Titles of the table in which a line stands. */
function columnsAbove(lines: readonly string[], index: number): string[] {
  let first = index;
  while (lines[first - 1]?.startsWith("|")) first -= 1;
  return columnsOf(lines[first] ?? "");
}

function columnsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
