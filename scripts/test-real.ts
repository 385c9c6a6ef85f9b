/**
 * Runs the suites against the real HAPI FHIR and Keycloak, and ends with the line "N passed, N failed". Where Java, Maven or
 * their repository is missing, it says so and fails.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { concludeWith, countResults } from "./test-results.ts";

const RESULTS = "test/real/.vitest/results.json";

rmSync(RESULTS, { force: true });
spawnSync("pnpm", ["--filter", "@aarohan/test-real", "exec", "vitest", "run"], { stdio: "inherit" });
concludeWith(countResults(RESULTS));
