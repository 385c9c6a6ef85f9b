import { defineConfig } from "vitest/config";

/** The suite without the proofs over all of FHIR: mutants are to be killed by the tests that say what a rule does. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["hl7-examples", "canary", "every-element", "wrong-values", "hostile-input"].map(
      (name) => `test/${name}.test.ts`,
    ),
  },
});
