import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { generatePopulation } from "../src/population/index.ts";

const MAIN = fileURLToPath(new URL("../src/population/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "population-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

describe("the population command", () => {
  const expected = [...generatePopulation({ patients: 30, seed: 7 })]
    .map((item) => `${JSON.stringify(item)}\n`)
    .join("");

  it("writes NDJSON to standard output", () => {
    const { status, stdout, stderr } = run("--patients", "30", "--seed", "7");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout === expected).toBe(true);
  });

  it("writes the same to a file", () => {
    const file = join(folder, "population.ndjson");
    const { status, stdout } = run("--patients", "30", "--seed", "7", "--out", file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(readFileSync(file, "utf8") === expected).toBe(true);
  });

  it("explains itself", () => {
    const { status, stdout } = run("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("--patients N");
  });

  it.each([
    [["--patients", "many"], /--patients takes a whole number/],
    [["--patients", "99999999"], /patients must be a whole number/],
    [["--end-date", "2025-13-01"], /endDate must be a day/],
    [["--persons", "3"], /--persons/],
  ])("refuses %j with exit code 2 and writes no file", (args, message) => {
    const file = join(folder, "refused.ndjson");
    const { status, stderr, stdout } = run(...args, "--out", file);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(existsSync(file)).toBe(false);
  });

  it("ends with exit code 1 where the file cannot be written", () => {
    const { status, stderr } = run("--patients", "1", "--out", join(folder, "missing", "population.ndjson"));
    expect(status).toBe(1);
    expect(stderr).toMatch(/ENOENT/);
  });
});
