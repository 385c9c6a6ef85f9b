import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";

/** Debian's and Ubuntu's packages for what the real parts need. */
const PACKAGES = { java: "default-jdk-headless", mvn: "maven" } as const;

/** Throws an Error that says what to install where Java or Maven is missing. */
export function assertInstalled(command: keyof typeof PACKAGES): void {
  const { error } = spawnSync(command, ["-version"], { stdio: "ignore" });
  if (error === undefined) return;
  throw new Error(
    `${command} is missing, and the real HAPI FHIR and Keycloak need it: apt-get install -y ${PACKAGES[command]}`,
  );
}

export interface JavaOptions {
  /** Of the JVM: memory, properties. */
  readonly options: readonly string[];
  readonly classPath: readonly string[];
  readonly mainClass: string;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** File that keeps all that it prints. */
  readonly logFile: string;
  /** Matches what it has printed when it is ready. */
  readonly ready: RegExp;
}

export interface JavaProcess {
  /** What matched when it was ready. */
  readonly ready: RegExpExecArray;
  close(): Promise<void>;
}

/** On a busy machine, which starts both servers at once. */
const READY_MILLISECONDS = 300_000;
/** Its own end may write state that nobody wants any more. */
const GRACE_MILLISECONDS = 5000;

/**
 * Starts a JVM and waits until it is ready; it ends with this process, however that ends. Rejects with the last of what it
 * printed where it ends before.
 */
export async function startJava(java: JavaOptions): Promise<JavaProcess> {
  const { options, classPath, mainClass, arguments: own = [] } = java;
  const command = [...options, "-cp", classPath.join(":"), "in.aarohan.real.WithParent", mainClass, ...own];
  const child = spawn("java", command, {
    // Nothing is ever written to its input: that it ends is the sign.
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...java.environment },
  });
  try {
    return { ready: await untilReady(child, java), close: () => close(child) };
  } catch (error) {
    await close(child);
    throw error;
  }
}

function untilReady(child: ChildProcess, { logFile, ready }: JavaOptions): Promise<RegExpExecArray> {
  const log = createWriteStream(logFile);
  let text = "";
  return new Promise((done, failed) => {
    const fail = (what: string) => failed(new Error(`${what}; ${logFile} ends with:\n${text.slice(-3000)}`));
    const timer = setTimeout(() => fail("not ready in time"), READY_MILLISECONDS);
    const read = (chunk: Buffer) => {
      text += chunk;
      const found = ready.exec(text);
      if (found === null) return;
      clearTimeout(timer);
      child.stdout?.off("data", read);
      done(found);
    };
    child.stdout?.on("data", read).pipe(log);
    child.stderr?.pipe(log);
    child.once("error", failed);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`java ended with ${code}`);
    });
  });
}

async function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MILLISECONDS);
  await ended;
  clearTimeout(timer);
}
