/**
 * Runs every command of README and docs as it is printed, against the demo as it is printed, and checks what comes back.
 *
 * Each `bash`, `python` or `r` block is preceded by a comment that says what to expect:
 * `<!-- expect: /regular expression/ -->` runs the block and matches its output (exit status 0 required);
 * `<!-- run by: the demo | CI | who has an account -->` names who runs it instead: the demo is started here, by its own line.
 * A block without such a comment is a failure. Arguments name documents; without any, all are run, and then the lines that
 * the dashboard prints beside its views.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docsPython } from "./docs-python.ts";
import { concludeWith, countResults } from "./test-results.ts";

interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly comment: string;
}

const failures: string[] = [];
let passed = 0;

const named = process.argv.slice(2);
const blocks = (named.length > 0 ? named : ["README.md", ...globSync("docs/**/*.md")]).flatMap(readBlocks);
const python = preparePython();
const demo = await startDemo();
try {
  for (const file of new Set(blocks.map((block) => block.file))) {
    runFile(blocks.filter((block) => block.file === file));
  }
} finally {
  await demo.stop();
}
if (named.length === 0) runSnippets();
concludeWith({ passed, failures });

function runSnippets(): void {
  const results = "web/e2e/.vitest/snippets.json";
  rmSync(results, { force: true });
  spawnSync("pnpm", ["--filter", "@aarohan/e2e", "run", "test:snippets"], { stdio: "inherit" });
  const counted = countResults(results);
  passed += counted.passed;
  failures.push(...counted.failures);
}

function readBlocks(file: string): Block[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const found: Block[] = [];
  for (let start = 0; start < lines.length; start += 1) {
    const language = /^```(bash|sh|python|r)$/.exec(lines[start] ?? "")?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", start);
    const comment = lines.slice(0, start).findLast((line) => line.trim() !== "") ?? "";
    found.push({ file, line: start + 1, language, code: lines.slice(start + 1, end).join("\n"), comment });
    start = end;
  }
  return found;
}

/** The blocks of one document run in one shell, so that a variable set in one is there in the next. */
function runFile(fileBlocks: readonly Block[]): void {
  const folder = mkdtempSync(join(tmpdir(), "aarohan-docs-"));
  const runnable = fileBlocks.filter((block) => isRunnable(block));
  const script = runnable.map((block, index) => {
    const output = join(folder, `${index}.out`);
    return `{\n${runLine(block)}\n} > ${output} 2> ${output}.err < /dev/null\necho $? > ${output}.status`;
  });
  spawnSync("bash", ["-c", script.join("\n")], {
    stdio: "ignore",
    timeout: 900_000,
    env: readersEnvironment(),
  });
  runnable.forEach((block, index) => {
    check(block, join(folder, `${index}.out`));
  });
  rmSync(folder, { recursive: true });
}

function runLine({ language, code }: Block): string {
  if (language === "python") return `python3 - <<'END_OF_PYTHON'\n${code}\nEND_OF_PYTHON`;
  return language === "r" ? `Rscript - <<'END_OF_R'\n${code}\nEND_OF_R` : code;
}

/** What a reader's shell has: nothing that npm tells the processes that it starts. */
function readersEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  return { ...Object.fromEntries(own), PATH: `${python}:${process.env.PATH}` };
}

function isRunnable(block: Block): boolean {
  if (/^<!-- run by: (the demo|CI|who has an account) -->$/.test(block.comment.trim())) return false;
  if (expectation(block) !== undefined) return true;
  failures.push(`${block.file}:${block.line} has no comment that says what to expect`);
  return false;
}

function expectation(block: Block): RegExp | undefined {
  const source = /^<!-- expect: \/(.*)\/ -->$/.exec(block.comment.trim())?.[1];
  return source === undefined ? undefined : new RegExp(source, "s");
}

function check(block: Block, output: string): void {
  const place = `${block.file}:${block.line}`;
  const text = existsSync(output) ? readFileSync(output, "utf8") : "";
  const status = existsSync(`${output}.status`) ? readFileSync(`${output}.status`, "utf8").trim() : "not run";
  if (status === "0" && expectation(block)?.test(text)) {
    passed += 1;
    console.log(`ok     ${place}`);
    return;
  }
  const errors = existsSync(`${output}.err`) ? readFileSync(`${output}.err`, "utf8") : "";
  failures.push(`${place} (exit ${status})\n${text.slice(0, 2000)}\n${errors.slice(-2000)}`);
}

/** The folder of Python; without it, or without R, nothing is run, and that is one failure. */
function preparePython(): string {
  try {
    assertR();
    return docsPython();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.log("0 passed, 1 failed");
    process.exit(1);
  }
}

function assertR(): void {
  const { status } = spawnSync("Rscript", ["-e", "library(jsonlite)"], { stdio: "ignore" });
  if (status === 0) return;
  throw new Error(
    "the documented lines of R need Rscript with jsonlite (apt-get install r-base-core r-cran-jsonlite)",
  );
}

/** Starts `npm run demo` in a process group of its own and waits for its line `ready:`. */
async function startDemo(): Promise<{ stop(): Promise<void> }> {
  // Without what an earlier run has used up: an export an hour.
  const state = mkdtempSync(join(tmpdir(), "aarohan-docs-"));
  const child = spawn("npm", ["run", "-s", "demo"], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, DEMO_STATE: state },
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  await new Promise<void>((ready, failed) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk;
      if (/^\(started in /m.test(text)) ready();
    });
    child.once("exit", () => failed(new Error(`the demo ended before it was ready:\n${text}`)));
  });
  return {
    async stop() {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
      await ended;
      rmSync(state, { recursive: true });
    },
  };
}
