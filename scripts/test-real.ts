/**
 * Runs the suites against the real HAPI FHIR and Keycloak, and ends with the line "N passed, N failed". Where Java, Maven or
 * their repository is missing, it says so and fails.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { countResults } from "./test-results.ts";

const RESULTS = "test/real/.vitest/results.json";

rmSync(RESULTS, { force: true });
spawnSync("pnpm", ["--filter", "@aarohan/test-real", "exec", "vitest", "run"], { stdio: "inherit" });
const { passed, failed } = countResults(RESULTS);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
