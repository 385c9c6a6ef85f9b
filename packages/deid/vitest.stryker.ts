import { defineConfig } from "vitest/config";

/** The suite without the slow proofs: mutants are killed by the tests that say what a rule does. */
export default defineConfig({
  test: { include: ["test/**/*.test.ts"], exclude: ["test/hl7-examples.test.ts", "test/canary.test.ts"] },
});
