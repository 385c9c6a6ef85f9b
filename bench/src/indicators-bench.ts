import { spawnSync } from "node:child_process";
import { figureRow } from "./figures.ts";

/** A million screenings, in a process of its own, so that its memory is what they take. */
export function benchIndicators(): readonly string[] {
  const run = new URL("./indicators-run.ts", import.meta.url).pathname;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--expose-gc", run], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const rows: [string, string][] = JSON.parse(stdout);
  return ["a million screenings:", ...rows.map(([name, figure]) => figureRow(name, `  ${figure}`))];
}
