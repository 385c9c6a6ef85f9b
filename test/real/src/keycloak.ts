import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import type { JavaBuild } from "./java-build.ts";
import { type JavaProcess, startJava } from "./java-process.ts";
import { realmRepresentation } from "./realm.ts";

/** A running Keycloak, as processes tell each other of it. */
export interface KeycloakAddress {
  /** `http://localhost:8088/auth` */
  readonly url: string;
  readonly adminPassword: string;
}

export interface Keycloak extends KeycloakAddress {
  close(): Promise<void>;
}

/** What `bin/kc.sh` opens to Keycloak's libraries. */
const OPENED = ["java.util", "java.util.concurrent", "java.security", "java.lang"];

/**
 * Starts Keycloak on a free loopback port, its database in memory, and has it import the programme's realm. It writes
 * addresses as it is asked, so that whoever stands before it is the issuer.
 */
export async function startKeycloak(
  { classes, keycloak: distribution }: Pick<JavaBuild, "classes" | "keycloak">,
  logFile: string,
): Promise<Keycloak> {
  const port = await freePort();
  const adminPassword = randomBytes(16).toString("hex");
  const process = await startJava({
    options: [
      "-Xmx512m",
      "-XX:TieredStopAtLevel=1",
      ...OPENED.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
      `-Dkc.home.dir=${distribution}`,
      `-Djboss.server.config.dir=${join(distribution, "conf")}`,
      "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
      "-Dpicocli.disable.closures=true",
      "-Dkc.config.built=true",
    ],
    classPath: [join(distribution, "lib/quarkus-run.jar"), classes],
    mainClass: "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
    arguments: [
      "start",
      "--optimized",
      "--cache=local",
      "--http-enabled=true",
      "--http-host=127.0.0.1",
      `--http-port=${port}`,
      "--hostname-strict=false",
    ],
    environment: { KC_BOOTSTRAP_ADMIN_USERNAME: "admin", KC_BOOTSTRAP_ADMIN_PASSWORD: adminPassword },
    logFile,
    ready: /Listening on: http/,
  });
  const keycloak = { url: `http://localhost:${port}/auth`, adminPassword, close: process.close };
  await importRealm(keycloak, process);
  return keycloak;
}

async function importRealm(keycloak: KeycloakAddress, process: JavaProcess): Promise<void> {
  try {
    await administer(keycloak, "POST", "/realms", realmRepresentation());
  } catch (error) {
    await process.close();
    throw error;
  }
}

/** One request to the administration, as its administrator; the answer's JSON. */
export async function administer(
  { url, adminPassword }: KeycloakAddress,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: `/realms${string}`,
  body?: object,
): Promise<unknown> {
  const signedIn = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "password",
      client_id: "admin-cli",
      username: "admin",
      password: adminPassword,
    }),
  });
  const { access_token: token } = Object(await signedIn.json());
  const response = await fetch(`${url}/admin${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Keycloak refuses ${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address === null || typeof address === "string" ? failed(new Error("no port")) : found(address.port),
      );
    });
  });
}
