/**
 * `npm run audit`: known vulnerabilities of production dependencies, by the registry. Exit status 0 where there is none,
 * 1 where there is one, and 75 (EX_TEMPFAIL) where the registry could not be asked: that is no "none". With
 * AUDIT_REQUIRED=1 it is a failure.
 */
import { spawnSync } from "node:child_process";

interface Answer {
  readonly advisories?: Readonly<Record<string, { module_name: string; severity: string; url: string }>>;
  readonly error?: { readonly message: string };
}

const { stdout } = spawnSync("pnpm", ["audit", "--prod", "--json"], { encoding: "utf8" });
const answer = parsed(stdout);
if (answer.advisories === undefined) {
  console.log(`not checked: ${answer.error?.message ?? "the registry gave no answer"}`);
  process.exitCode = process.env.AUDIT_REQUIRED === "1" ? 1 : 75;
} else {
  const found = Object.values(answer.advisories);
  for (const { module_name, severity, url } of found) console.log(`${severity} ${module_name} ${url}`);
  console.log(`${found.length} known vulnerabilities`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

function parsed(text: string): Answer {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
