import { readFileSync } from "node:fs";
import { relative } from "node:path";

interface Results {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

export interface CountedResults {
  readonly passed: number;
  /** Each failure in a line: its file, its name, and how its message begins. */
  readonly failures: readonly string[];
}

/** What a suite has written as JSON; where it wrote nothing, that is one failure, and said. */
export function countResults(file: string): CountedResults {
  const results = readResults(file);
  if (results === undefined) return { passed: 0, failures: [`${file}: the suite wrote no results`] };
  return { passed: results.numPassedTests, failures: results.testResults.flatMap(failuresOf) };
}

/** Says what failed once more, so that it stands at the end of a long output, and ends with "N passed, N failed". */
export function concludeWith({ passed, failures }: CountedResults): void {
  for (const failure of failures) console.log(`FAILED ${failure}`);
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
}

function failuresOf({ name, status, message, assertionResults }: Results["testResults"][number]): string[] {
  const place = relative(process.cwd(), name);
  const failed = assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => `${place}: ${test.fullName}: ${beginningOf(test.failureMessages.join(" "))}`);
  // A file that cannot be loaded fails without a failed test in it.
  return failed.length === 0 && status === "failed" ? [`${place}: ${beginningOf(message)}`] : failed;
}

function beginningOf(message: string): string {
  return message.replaceAll(/\s+/g, " ").slice(0, 300);
}

function readResults(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
