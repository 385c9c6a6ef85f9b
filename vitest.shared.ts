import { defineConfig } from "vitest/config";

/** One configuration for all suites: results also as JSON, from which `scripts/test.ts` counts. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/results.json" },
    passWithNoTests: false,
  },
});
