/**
 * Checks what comes from others: every version is one version, everything in the lockfile has a hash and comes from the
 * registry, only named packages run scripts when they are installed, and what is shipped is under permissive licences.
 */
import { globSync, readFileSync } from "node:fs";
import { shippedLicences } from "./shipped.ts";

/** One version: no range, no tag. */
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
/** Packages that may run scripts when they are installed, and what for. */
const INSTALL_SCRIPTS = ["esbuild", "sharp", "workerd"];
/** Licences that ask for no more than their notice. */
const PERMISSIVE = ["MIT", "Apache-2.0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "CC0-1.0"];
const DEPENDENCIES = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

const workspace = readFileSync("pnpm-workspace.yaml", "utf8");
const lockfile = readFileSync("pnpm-lock.yaml", "utf8");
const root = JSON.parse(readFileSync("package.json", "utf8"));

const problems = [
  ...rangesInPackages(),
  ...rangesInCatalog(),
  ...toolsAreNotPinned(),
  ...unhashed(),
  ...installScripts(),
  ...licences(),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function rangesInPackages(): string[] {
  const files = globSync([
    "package.json",
    "{packages,workers,web}/*/package.json",
    "{test,test/*,bench,deploy}/package.json",
  ]);
  return files.flatMap((file) => {
    const fields = JSON.parse(readFileSync(file, "utf8"));
    return DEPENDENCIES.flatMap((kind) => Object.entries<string>(fields[kind] ?? {}))
      .filter(([, version]) => version !== "catalog:" && version !== "workspace:*")
      .map(([name]) => `${file}: ${name} is not from the catalog`);
  });
}

function rangesInCatalog(): string[] {
  return Object.entries(sectionOf("catalog"))
    .filter(([, version]) => !EXACT.test(version))
    .map(([name]) => `pnpm-workspace.yaml: ${name} is not one version`);
}

/** Entries `name: value` of a section of pnpm-workspace.yaml. */
function sectionOf(title: string): Record<string, string> {
  const [, lines = ""] = new RegExp(`^${title}:\\n((?: +.*\\n|\\n)+)`, "m").exec(workspace) ?? [];
  return Object.fromEntries(
    [...lines.matchAll(/^ +"?([^":\s]+)"?: (\S+)$/gm)].map(([, name, value]) => [name, value]),
  );
}

function toolsAreNotPinned(): string[] {
  const { pnpm, setup } = root.scripts;
  const [, node = "", manager = ""] = /-p node@(\S+) -p (pnpm@\S+) /.exec(pnpm) ?? [];
  const python = readFileSync("scripts/docs-python.ts", "utf8").match(/"[\w-]+[=<>~]=?[^"]*"/g) ?? [];
  return [
    EXACT.test(node) && manager === root.packageManager
      ? ""
      : "package.json: node and pnpm are not one version",
    setup.includes("--frozen-lockfile") ? "" : "package.json: setup may change the lockfile",
    python.every((one) => /==\d[\d.]*"$/.test(one))
      ? ""
      : "scripts/docs-python.ts: a package is not one version",
  ].filter((problem) => problem !== "");
}

function unhashed(): string[] {
  const resolutions = lockfile.match(/^ +resolution: .*$/gm) ?? [];
  const wrong = resolutions.filter(
    (line) => !/resolution: \{integrity: sha512-[A-Za-z0-9+/=]+\}$/.test(line),
  );
  if (resolutions.length === 0) return ["pnpm-lock.yaml: names no package"];
  return wrong.map((line) => `pnpm-lock.yaml: without SHA-512, or not from the registry: ${line.trim()}`);
}

function installScripts(): string[] {
  const [, lines = ""] = /^onlyBuiltDependencies:\n((?: +- .*\n)+)/m.exec(workspace) ?? [];
  const named = [...lines.matchAll(/- (\S+)/g)].map(([, name]) => name);
  const same = named.join() === INSTALL_SCRIPTS.join();
  return [
    same ? "" : `pnpm-workspace.yaml: install scripts are for ${INSTALL_SCRIPTS.join(", ")} alone`,
    // Otherwise scripts of others are passed over with a warning, and nobody looks at what they would have done.
    /^strictDepBuilds: true$/m.test(workspace) ? "" : "pnpm-workspace.yaml: strictDepBuilds is not set",
  ].filter((problem) => problem !== "");
}

function licences(): string[] {
  return [...shippedLicences()]
    .filter(([, licence]) => !PERMISSIVE.includes(licence))
    .map(([name, licence]) => `${name}: ${licence} is not among the permissive licences`);
}
