import { readFileSync } from "node:fs";

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

/** What a suite has written as JSON; where it wrote nothing, that is one failure, and said. */
export function countResults(file: string): { readonly passed: number; readonly failed: number } {
  const results = readResults(file);
  if (results === undefined) {
    console.error(`${file}: the suite wrote no results`);
    return { passed: 0, failed: 1 };
  }
  // A file that cannot be loaded fails as a suite without a failed test in it.
  const failed = Math.max(results.numFailedTests, results.numFailedTestSuites ? 1 : 0);
  return { passed: results.numPassedTests, failed };
}

function readResults(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
