import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { assertInstalled } from "./java-process.ts";

const PROJECT = resolve(import.meta.dirname, "../java");
const TARGET = join(PROJECT, "target");

/** Keycloak's options that are compiled into it. */
const KEYCLOAK_OPTIONS = ["--db=dev-mem", "--http-relative-path=/auth"];

export interface JavaBuild {
  /** Our own classes. */
  readonly classes: string;
  /** Of HAPI's launcher, our own classes among them. */
  readonly classPath: readonly string[];
  /** Folder of the unpacked Keycloak distribution. */
  readonly keycloak: string;
}

/**
 * Builds the Maven project: compiles HAPI's launcher, and brings both servers from the Maven repository into `~/.m2`. Tries
 * without the network first, so that nothing is asked twice.
 *
 * @throws Error that says what is missing, for a machine without Java, Maven, or the repository.
 */
export function buildJava(): JavaBuild {
  assertInstalled("java");
  assertInstalled("mvn");
  if (maven("--offline").status !== 0) {
    const { status, output } = maven();
    if (status !== 0) {
      throw new Error(
        `Maven cannot build test/real/java. It needs a JDK of at least 17 and https://repo1.maven.org:\n${output}`,
      );
    }
  }
  const [keycloak] = globSync(join(TARGET, "keycloak-*/"));
  if (keycloak === undefined) throw new Error("Maven has not unpacked Keycloak");
  augment(keycloak);
  const classes = join(TARGET, "classes");
  return { classes, classPath: [classes, readFileSync(join(TARGET, "class-path"), "utf8")], keycloak };
}

/** Keycloak compiles its options into itself: half a minute, once. */
function augment(keycloak: string): void {
  const mark = join(TARGET, "keycloak-options");
  const options = KEYCLOAK_OPTIONS.join(" ");
  if (existsSync(mark) && readFileSync(mark, "utf8") === options) return;
  const { status, stdout, stderr } = spawnSync(join(keycloak, "bin/kc.sh"), ["build", ...KEYCLOAK_OPTIONS], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Keycloak cannot be built:\n${stdout}${stderr}`);
  writeFileSync(mark, options);
}

function maven(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(
    "mvn",
    ["--batch-mode", "--no-transfer-progress", "--quiet", ...options, "process-classes"],
    { cwd: PROJECT, encoding: "utf8" },
  );
  return { status, output: `${stdout}${stderr}`.slice(-3000) };
}
