import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import shared from "../../vitest.shared.ts";

/**
 * Suites of the embedded parts that run before the real ones, too. Not among them: what starts and ends servers of its own
 * (tenants, real-parts, *-survives, export-restarts), what asks for thousands of patients or hundreds of slices, minutes of
 * loading each (downloads, embed, export-faults, export-job, export-disclosure, releases), and what neither server has a
 * part in (audit, authentication, limits, settings).
 */
const SUITES = [
  "attacks/*",
  "bulk-conformance",
  "consent",
  "export-bulk-source",
  "export-deletions",
  "faults",
  "guide",
  "indicators",
  "leak",
  "provider",
  "search-results",
  "sessions",
  "sign-in",
];

export default defineConfig({
  test: {
    ...shared.test,
    include: ["real/test/*.test.ts", ...SUITES.map((name) => `test/${name}.test.ts`)],
    dir: resolve(import.meta.dirname, ".."),
    globalSetup: "src/global-setup.ts",
    setupFiles: ["src/real-parts.ts"],
    // There is one HAPI server, which holds what the file's stack asks for.
    fileParallelism: false,
    hookTimeout: 180_000,
  },
});
