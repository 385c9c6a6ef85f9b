import { defineConfig } from "vitest/config";

/** One configuration for all suites: results also as JSON, from which `scripts/test.ts` counts. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/results.json" },
    passWithNoTests: false,
    // No test is about time: a proof over all of FHIR may take long on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
